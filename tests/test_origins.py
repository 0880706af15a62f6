from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.archive import CATALOGUE, Archive
from index.article import Article
from index.catalogue import Catalogue
from index.embedding import PassageEmbedding
from index.origins import are_copies, group_copies, shingles
from index.syncing import sync
from rag import AnswerEngine

WriteCorpus = Callable[[Mapping[str, str | bytes]], Path]
_WORDS = [f"{a}{b}" for a in ("ba", "de", "ki", "lo", "mu", "ra", "so", "ti") for b in ("ran", "ves", "lim", "dor")]


def paragraph(number: int, words: int = 40) -> str:
    """Words that have no run in common with another paragraph's."""
    chosen = random.Random(number)
    return " ".join(chosen.choice(_WORDS) for _ in range(words)).capitalize() + "."


def text(*numbers: int) -> str:
    return "\n\n".join(map(paragraph, numbers))


STORY = text(*range(10))
HEAD, TAIL = text(50, 51), text(60, 61)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (STORY, True),
        (STORY.replace(" ", "\n ").upper().replace(".", " !"), True),
        (text(0, 1, 2, 3, 99, 5, 6, 7, 8, 9), True),
        (f"{HEAD}\n\n{STORY}\n\n{TAIL}", True),
        (text(*range(7)), True),
        (text(*range(4)), False),
        (text(0, 1, 2, 3, 4, 95, 96, 97, 98, 99), False),
        (text(*range(20, 30)), False),
    ],
    ids=["same", "layout", "paragraph changed", "head and tail", "shortened", "excerpt", "half new", "unrelated"],
)
def test_what_is_a_copy(other: str, expected: bool) -> None:
    assert are_copies(shingles(STORY), shingles(other)) is expected
    assert are_copies(shingles(other), shingles(STORY)) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Rain fell on Bergen.", "RAIN fell on\nBergen", True),
        ("Rain fell on Bergen.", "Rain fell on Oslo.", False),
        ("one two three four five six seven eight", "one two three four five six seven nine", False),
        ("!!!", "???", False),
        ("!!!", " !!! ", True),
        ("洪水が町を襲った。", "洪水が町を襲った", True),
        ("洪水が町を襲った。", "雨が町に降った。", False),
    ],
)
def test_short_texts_are_copies_where_they_have_the_same_words(one: str, other: str, expected: bool) -> None:
    assert are_copies(shingles(one), shingles(other)) is expected


def article(article_id: str, words: str, day: date | None = None) -> Article:
    return Article(article_id, article_id, words, "Title", "given", published=day)


def grouped(articles: Sequence[Article]) -> dict[str, str]:
    """The copies that a catalogue finds which gets all articles at once."""
    with closing(Catalogue(None)) as catalogue:
        for each in articles:
            catalogue.put(each, "", [])
        group_copies(catalogue)
        return catalogue.copies()


def test_a_group_is_named_after_the_article_that_could_be_read_first() -> None:
    day = date(2024, 10, 1)
    late, early, undated = article("a", STORY, day + timedelta(1)), article("b", STORY, day), article("0", STORY)
    assert grouped([late, early, undated, article("c", text(77))]) == {"a": "b", "0": "b"}
    assert grouped([undated, article("1", STORY)]) == {"1": "0"}


def test_a_chain_of_copies_is_one_group() -> None:
    chain = [article(str(n), text(*range(n, n + 10))) for n in (0, 2, 4, 6)]
    assert not are_copies(shingles(chain[0].text), shingles(chain[3].text))
    assert grouped(chain) == {"2": "0", "4": "0", "6": "0"}


def by_definition(articles: Sequence[Article]) -> dict[str, str]:
    """The groups, from words alone: every two articles compared, and joined until nothing changes."""
    runs = {}
    for each in articles:
        words = re.findall(r"\w+", each.text.lower())
        runs[each.id] = {tuple(words[at : at + 8]) for at in range(max(1, len(words) - 7))}
    group = {each.id: each.id for each in articles}
    for _ in articles:
        for one, other in combinations(runs, 2):
            if len(runs[one] & runs[other]) * 2 > len(runs[one] | runs[other]):
                group[one] = group[other] = min(group[one], group[other])
    return {each: first for each, first in group.items() if each != first}


_texts = st.lists(st.integers(0, 5), min_size=1, max_size=4).map(lambda numbers: text(*numbers))
_archives = st.dictionaries(st.sampled_from("abcdefgh"), _texts, min_size=1)


@given(_archives, st.randoms())
def test_groups_are_those_of_the_definition_in_any_order(texts: dict[str, str], chance: random.Random) -> None:
    articles = [article(*each) for each in texts.items()]
    expected = by_definition(articles)
    assert grouped(articles) == expected
    chance.shuffle(articles)
    assert grouped(articles) == expected


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.none() | _texts), min_size=1, max_size=12))
def test_bringing_up_to_date_comes_to_the_same_as_beginning_anew(steps: list[tuple[str, str | None]]) -> None:
    held: dict[str, Article] = {}
    with closing(Catalogue(None)) as catalogue:
        for name, words in steps:
            held.pop(name, None)
            catalogue.delete(name)
            if words is not None:
                held[name] = article(name, words)
                catalogue.put(held[name], "", [])
            group_copies(catalogue)
            assert catalogue.copies() == grouped(list(held.values()))


def test_what_was_compared_is_not_compared_again() -> None:
    compared: list[tuple[int, int]] = []
    with closing(Catalogue(None)) as catalogue:
        for name in "abc":
            catalogue.put(article(name, STORY), "", [])
        group_copies(catalogue)
        catalogue.put(article("d", STORY), "", [])
        group_copies(catalogue, lambda _, done, total: compared.append((done, total)))
        assert catalogue.copies() == {"b": "a", "c": "a", "d": "a"}
        assert compared == [(1, 1)]
        group_copies(catalogue, lambda _, done, total: compared.append((done, total)))
        assert compared == [(1, 1)]


def origins(folder: Path, embedding: PassageEmbedding) -> dict[str, str]:
    with closing(Archive.open(folder, embedding.model_name)) as archive:
        return {each.id: each.origin for each in archive.articles()}


def test_sync_keeps_origins_up_to_date(write_corpus: WriteCorpus, tmp_path: Path, embedding: PassageEmbedding) -> None:
    folder = tmp_path / "index"
    files = {"b.txt": STORY, "c.txt": f"{HEAD}\n\n{STORY}", "d.txt": text(70, 71)}
    corpus = write_corpus(files)
    sync(corpus, folder, embedding, 64)
    assert origins(folder, embedding) == {"b.txt": "b.txt", "c.txt": "b.txt", "d.txt": "d.txt"}
    with closing(Archive.open(folder, embedding.model_name)) as reading:
        assert reading.article("b.txt").origin == "b.txt"
        (corpus / "a.txt").write_text(STORY)
        sync(corpus, folder, embedding, 64)
        assert {each.id: each.origin for each in reading.articles()} == {
            "a.txt": "a.txt", "b.txt": "a.txt", "c.txt": "a.txt", "d.txt": "d.txt",
        }  # fmt: skip
    (corpus / "a.txt").unlink()
    (corpus / "c.txt").write_text(text(80, 81))
    sync(corpus, folder, embedding, 64)
    assert origins(folder, embedding) == {"b.txt": "b.txt", "c.txt": "c.txt", "d.txt": "d.txt"}


def test_an_index_without_origins_gets_them_with_nothing_embedded_again(
    write_corpus: WriteCorpus, tmp_path: Path, embedding: PassageEmbedding
) -> None:
    folder = tmp_path / "index"
    corpus = write_corpus({"a.txt": STORY, "b.txt": STORY})
    sync(corpus, folder, embedding, 64)
    with closing(sqlite3.connect(folder / CATALOGUE)) as database:
        for table in ("shingled", "alike", "copies"):
            database.execute(f"DROP TABLE {table}")
        database.execute("DELETE FROM meta WHERE name = 'shingles'")
        database.commit()
    assert origins(folder, embedding) == {"a.txt": "a.txt", "b.txt": "b.txt"}
    assert sync(corpus, folder, embedding, 64).embedded == 0
    assert origins(folder, embedding) == {"a.txt": "a.txt", "b.txt": "a.txt"}


def test_an_answer_counts_a_rewrite_as_the_same_origin() -> None:
    story = "The parliament of Malta approved the harbour treaty on 25 October 2024 after a long debate. " + STORY
    rewrite = story.replace("after a long debate", "when the debate had ended at last")
    other = "On 25 October 2024 the harbour treaty was approved by the parliament of Malta, the speaker said."
    articles = [{"id": "wire", "text": story}, {"id": "paper", "text": rewrite}, {"id": "own", "text": other}]
    with AnswerEngine.from_articles(articles) as engine:
        answer = engine.ask("When did the parliament of Malta approve the harbour treaty?")
    assert {citation.article_id: citation.origin for citation in answer.citations} == {
        "wire": "paper", "paper": "paper", "own": "own",
    }  # fmt: skip
    assert answer.origins == 2
