from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from filelock import FileLock
from pydantic import Field

from index import locking
from index.archive import CATALOGUE, GENERATIONS, Archive, current_name
from index.embedding import PassageEmbedding
from index.errors import CorpusError, IndexLocked, IndexMismatch, SettingsError
from index.inspection import inspect
from index.scope import Scope
from index.settings import BUILT_IN_EMBEDDING
from index.syncing import SyncReport, sync

WriteCorpus = Callable[[Mapping[str, str | bytes]], Path]
FILES = {f"{name}.txt": f"The {name} vote passed. " * 20 for name in ("first", "second", "third", "fourth")}


class CountingEmbedding(PassageEmbedding):
    """The real model, with a list of what it was given to embed."""

    seen: list[str] = Field(default_factory=list)

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        self.seen.extend(texts)
        return super()._get_text_embeddings(texts)


@pytest.fixture
def counting(embedding: PassageEmbedding) -> CountingEmbedding:
    made = CountingEmbedding(model_name=embedding.model_name, location=embedding.location)
    made._model = embedding._loaded()
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def run(corpus: Path, folder: Path, embedding: PassageEmbedding, **given: bool) -> SyncReport:
    return sync(corpus, folder, embedding, 64, **given)


def found(folder: Path, words: str) -> list[str]:
    archive = Archive.open(folder, PassageEmbedding.named(BUILT_IN_EMBEDDING).model_name)
    try:
        return sorted({passage.article_id for passage in archive.lexical(words, 50, Scope())})
    finally:
        archive.close()


def test_nothing_changed_embeds_nothing(write_corpus: WriteCorpus, folder: Path, counting: CountingEmbedding) -> None:
    corpus = write_corpus(FILES)
    first = run(corpus, folder, counting)
    assert (first.added, first.articles) == (4, 4)
    assert first.embedded == first.passages == len(counting.seen)
    counting.seen.clear()
    generation = current_name(folder)
    os.utime(corpus / "first.txt")
    second = run(corpus, folder, counting)
    assert (second.embedded, second.unchanged) == (0, 4)
    assert counting.seen == []
    assert current_name(folder) == generation


def test_one_changed_article_embeds_its_passages_alone(
    write_corpus: WriteCorpus, folder: Path, counting: CountingEmbedding
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, counting)
    counting.seen.clear()
    (corpus / "second.txt").write_text("The quorum failed. " * 20)
    report = run(corpus, folder, counting)
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 1, 0, 3)
    assert report.embedded == len(counting.seen) > 0
    assert all("quorum" in text for text in counting.seen)
    assert found(folder, "quorum") == ["second.txt"]
    assert found(folder, "second") == []


def test_removed_and_renamed_articles(write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    (corpus / "first.txt").unlink()
    (corpus / "second.txt").rename(corpus / "sub.txt")
    report = run(corpus, folder, embedding)
    assert (report.added, report.removed, report.articles) == (1, 2, 3)
    assert found(folder, "vote") == ["fourth.txt", "sub.txt", "third.txt"]


def test_ids_are_the_same_after_a_rebuild(write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    before = json.loads((folder / GENERATIONS / str(current_name(folder)) / "manifest.json").read_text())["passages"]
    run(corpus, folder, embedding, rebuild=True)
    after = json.loads((folder / GENERATIONS / str(current_name(folder)) / "manifest.json").read_text())["passages"]
    assert before == after


def test_a_small_change_is_found_in_a_derived_generation(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    corpus = write_corpus({f"{n}.txt": f"Report number {n} on the harbour. " * 4 for n in range(20)})
    run(corpus, folder, embedding)
    (corpus / "3.txt").write_text("A zeppelin landed. " * 4)
    run(corpus, folder, embedding)
    manifest = json.loads((folder / GENERATIONS / str(current_name(folder)) / "manifest.json").read_text())
    assert manifest["derived"] > 0
    assert found(folder, "zeppelin") == ["3.txt"]
    archive = Archive.open(folder, embedding.model_name)
    vector = np.asarray(embedding.get_query_embedding("airship landing"), np.float32)
    assert archive.dense(vector, 1, Scope())[0].article_id == "3.txt"
    assert len(archive.dense(vector, 100, Scope())) == archive.passages == 20
    archive.close()


@pytest.mark.parametrize(
    "damage", ["graph cut short", "lexical file gone", "chroma overwritten", "manifest gone", "all gone"]
)
def test_a_damaged_generation_is_mended_without_embedding(
    write_corpus: WriteCorpus, folder: Path, counting: CountingEmbedding, damage: str
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, counting)
    counting.seen.clear()
    generation = folder / GENERATIONS / str(current_name(folder))
    if damage == "graph cut short":
        file = next(generation.rglob("data_level0.bin"))
        file.write_bytes(file.read_bytes()[:100])
    elif damage == "lexical file gone":
        next(generation.rglob("*.term")).unlink()
    elif damage == "chroma overwritten":
        (generation / "chroma" / "chroma.sqlite3").write_bytes(b"not a database" * 100)
    elif damage == "manifest gone":
        (generation / "manifest.json").unlink()
    else:
        shutil.rmtree(generation)
    with pytest.raises(IndexMismatch, match=r"damaged.*dateline index"):
        Archive.open(folder, counting.model_name)
    state = inspect(corpus, folder)
    assert state is not None
    assert state.damage
    assert run(corpus, folder, counting).embedded == 0
    assert counting.seen == []
    assert len(found(folder, "vote")) == 4


@pytest.mark.parametrize(
    "moment", ["index.syncing._write_batch", "index.publishing.build", "index.publishing._replace_current"]
)
def test_a_kill_leaves_what_was_published_and_what_was_embedded(
    write_corpus: WriteCorpus, folder: Path, counting: CountingEmbedding, moment: str
) -> None:
    """The process dies right after a step, as by kill -9; the next sync goes on from there."""
    corpus = write_corpus({"first.txt": FILES["first.txt"]})
    run(corpus, folder, counting)
    write_corpus(FILES)
    module, _, name = moment.rpartition(".")
    script = f"""
        import os, signal
        from pathlib import Path
        import {module} as module
        from index import syncing
        from index.embedding import PassageEmbedding
        step = module.{name}
        def die(*given):
            step(*given)
            os.kill(os.getpid(), signal.SIGKILL)
        module.{name} = die
        syncing.sync(Path({str(corpus)!r}), Path({str(folder)!r}), PassageEmbedding.named({BUILT_IN_EMBEDDING!r}), 64)
    """
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], cwd=ROOT, capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert "first.txt" in found(folder, "vote")
    counting.seen.clear()
    assert run(corpus, folder, counting).articles == 4
    assert counting.seen == []
    assert len(found(folder, "vote")) == 4


def test_a_reader_sees_a_deletion_at_once_and_an_addition_when_published(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    archive = Archive.open(folder, embedding.model_name)
    assert len(archive.article_ids()) == 4
    (corpus / "first.txt").unlink()
    (corpus / "fifth.txt").write_text("The fifth vote passed. " * 20)
    run(corpus, folder, embedding)
    ids = {passage.article_id for passage in archive.lexical("vote", 50, Scope())}
    assert ids == {"second.txt", "third.txt", "fourth.txt", "fifth.txt"} == set(archive.article_ids())
    with pytest.raises(KeyError):
        archive.article("first.txt")
    archive.close()


def test_a_moved_date_is_searched_by_at_once(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    """The date stands in the last passage; the others, whose words stay the same, move with it."""
    text = "The first vote passed. " * 30 + "\n— Some Body (@somebody) October {}, 2024"
    corpus = write_corpus({f"{n}.txt": f"Vote number {n} was held in the harbour." for n in range(20)})
    vector = np.asarray(embedding.get_query_embedding("The first vote passed."), np.float32)
    kept_open: list[Archive] = []
    for day, is_read in ((29, False), (20, True), (29, False)):
        (corpus / "post.txt").write_text(text.format(day))
        run(corpus, folder, embedding)
        kept_open.append(Archive.open(folder, embedding.model_name))
        for archive in kept_open:
            assert ("post.txt" in archive.article_ids(Scope(as_of=date(2024, 10, 25)))) == is_read
            for search in (partial(archive.lexical, "vote"), partial(archive.dense, vector)):
                every = {hit.id for hit in search(90, Scope()) if hit.article_id == "post.txt"}
                read = {hit.id for hit in search(90, Scope(as_of=date(2024, 10, 25))) if hit.article_id == "post.txt"}
                assert len(every) > 1
                assert read == (every if is_read else set())
    for archive in kept_open:
        archive.close()


def test_a_reader_goes_on_through_a_rebuild_and_a_deleted_index(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    reader = Archive.open(folder, embedding.model_name)
    (corpus / "first.txt").write_text("The zeppelin landed. " * 20)
    run(corpus, folder, embedding, rebuild=True)
    assert [passage.article_id for passage in reader.lexical("zeppelin", 1, Scope())] == ["first.txt"]
    assert "zeppelin" in reader.article("first.txt").text
    shutil.rmtree(folder)
    run(corpus, folder, embedding)
    assert found(folder, "zeppelin") == ["first.txt"]
    reader.close()


def test_word_counts_forget_what_is_gone(write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding) -> None:
    corpus = write_corpus({f"{n}.txt": f"Report number {n} on the harbour." for n in range(20)})
    run(corpus, folder, embedding)
    (corpus / "3.txt").unlink()
    run(corpus, folder, embedding)
    archive = Archive.open(folder, embedding.model_name)
    assert archive.document_frequency("harbour") == archive.passages == 19
    archive.close()


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("CURRENT", b"\xff\xfe"),
        ("CURRENT", b"../../elsewhere"),
        ("manifest.json", b'{"files": null, "passages": [], "derived": 0}'),
        ("manifest.json", b"[]"),
    ],
)
def test_a_damaged_pointer_is_mended(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding, file: str, content: bytes
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    place = folder if file == "CURRENT" else folder / GENERATIONS / str(current_name(folder))
    (place / file).write_bytes(content)
    assert run(corpus, folder, embedding).embedded == 0
    assert len(found(folder, "vote")) == 4


def test_a_damaged_catalogue_is_said_to_be(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    file = folder / CATALOGUE
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))
    with pytest.raises(IndexMismatch, match=r"--rebuild"):
        run(corpus, folder, embedding)
    assert run(corpus, folder, embedding, rebuild=True).articles == 4


def test_odd_files_are_left_alone(write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding) -> None:
    corpus = write_corpus({**FILES, "a folder/with #, blank.txt": "The harbour froze. " * 9})
    (corpus / "loop.txt").symlink_to("loop.txt")
    (corpus / "gone.txt").symlink_to("nowhere.txt")
    os.mkfifo(corpus / "pipe.txt")
    odd = ["gone.txt (a link to nowhere)", "loop.txt (a link to nowhere)", "pipe.txt (not a file)"]
    with suppress(OSError):  # Some systems have no such names.
        Path(os.fsdecode(os.fsencode(corpus) + b"/bad\xff.txt")).write_text("Named oddly.")
        odd.insert(0, "bad?.txt (its name is not UTF-8)")
    report = run(corpus, folder, embedding)
    assert report.articles == 5
    assert sorted(report.skipped) == odd
    assert found(folder, "harbour") == ["a folder/with #, blank.txt"]
    state = inspect(corpus, folder)
    assert state is not None
    assert state.is_current


def test_another_writer_is_named(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    (folder / "writer.json").write_text(
        json.dumps({"process": 4711, "machine": "desk", "command": "dateline index", "since": "2024-10-26 10:00:00"})
    )
    monkeypatch.setattr(locking, "_PATIENCE_S", 0.0)
    with FileLock(folder / "writer.lock"), pytest.raises(IndexLocked, match=r"process 4711 on desk \(dateline index\)"):
        run(write_corpus(FILES), folder, embedding)


def test_another_model_or_cut_is_refused_until_rebuilt(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    corpus = write_corpus(FILES)
    run(corpus, folder, embedding)
    other = PassageEmbedding(model_name="another", location=embedding.location)
    with pytest.raises(IndexMismatch, match=r"'all-MiniLM-L6-v2@53aa51172d14', not 'another'.*--rebuild"):
        run(corpus, folder, other)
    with pytest.raises(IndexMismatch, match="not 'another'"):
        Archive.open(folder, "another")
    with pytest.raises(IndexMismatch, match="64 tokens, not 32"):
        sync(corpus, folder, embedding, 32)
    assert run(corpus, folder, other, rebuild=True).embedded > 0


def test_a_catalogue_that_is_none_is_refused(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    folder.mkdir()
    (folder / CATALOGUE).write_bytes(b"something else " * 100)
    with pytest.raises(IndexMismatch, match="cannot be read"):
        run(write_corpus(FILES), folder, embedding)
    assert run(write_corpus(FILES), folder, embedding, rebuild=True).articles == 4


def test_corpus_that_cannot_be_used(write_corpus: WriteCorpus, tmp_path: Path, embedding: PassageEmbedding) -> None:
    def message(corpus: Path) -> str:
        with pytest.raises(CorpusError) as caught:
            run(corpus, tmp_path / "index", embedding)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    assert "does not exist" in message(tmp_path / "nowhere")
    assert "is empty" in message(write_corpus({}))
    assert "is a file, not a folder" in message(write_corpus(FILES) / "first.txt")
    assert "photo.png (not a .txt file)" in message(write_corpus({"photo.png": b"\x89PNG"}))
    assert "a.txt: it holds control characters" in message(write_corpus({"a.txt": b"\x01\x02\x03", "b.txt": b""}))


def test_an_unreadable_file_is_named_and_the_others_are_read(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    corpus = write_corpus(
        {**FILES, "bad.txt": b"\0\1\2\3", "notes.pdf": b"%PDF", "README.md": "About.", ".hidden.txt": "x"}
    )
    (corpus / "link.txt").symlink_to(Path(__file__))
    report = run(corpus, folder, embedding)
    assert report.articles == 4
    assert [problem.path for problem in report.problems] == ["bad.txt"]
    assert report.skipped == ("link.txt (a link out of the folder)", "notes.pdf (not a .txt file)")


def test_nothing_is_lost_when_the_whole_folder_turns_unreadable(
    write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding
) -> None:
    run(write_corpus(FILES), folder, embedding)
    with pytest.raises(CorpusError):
        run(write_corpus(dict.fromkeys(FILES, b"\0\0\0")), folder, embedding)
    assert len(found(folder, "vote")) == 4


def test_an_index_folder_that_cannot_be_made(
    write_corpus: WriteCorpus, tmp_path: Path, embedding: PassageEmbedding
) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SettingsError, match="--index DIR"):
        run(write_corpus(FILES), tmp_path / "file" / "index", embedding)


def test_progress_is_told(write_corpus: WriteCorpus, folder: Path, embedding: PassageEmbedding) -> None:
    told: list[tuple[str, int, int]] = []
    sync(write_corpus(FILES), folder, embedding, 64, progress=lambda *step: told.append(step))
    assert ("Reading", 4, 4) in told
    assert ("Embedding", 4, 4) in told
    assert told[-1] == ("Building the search index", 1, 1)
