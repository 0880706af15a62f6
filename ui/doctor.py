"""What is installed, which models and from where, and whether the index matches the corpus."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from index.embedding import BUILT_IN_PACKAGE, BUILT_IN_SHA256, PassageEmbedding
from index.errors import DatelineError
from index.inspection import inspect
from index.language_model import LANGUAGE_MODEL
from index.settings import BUILT_IN_EMBEDDING, BUILT_IN_READERS, Settings
from rag.llms import destination, language_model
from rag.reader import judges

_PACKAGES = (
    "llama-index-core", "chromadb", "tantivy", "sentence-transformers", "torch", "spacy", "gradio"
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    good: bool
    text: str


def examine(settings: Settings) -> list[Finding]:
    """Looks at the packages, the models, the corpus and the index; changes nothing."""
    return [
        Finding(
            "Dateline", True, f"{version('dateline')} on Python {platform.python_version()}, {platform.platform()}"
        ),
        *_packages(),
        _language_model(),
        _guarded("Embedding", lambda: _embedding(settings)),
        _guarded("Reader", lambda: _reader(settings)),
        _guarded("Index", lambda: _index(settings)),
        _guarded("Answers", lambda: _answers(settings)),
    ]


def _packages() -> Iterator[Finding]:
    for name in _PACKAGES:
        try:
            yield Finding(name, True, version(name))
        except PackageNotFoundError:
            yield Finding(name, False, "not installed; run `make setup`")


def _language_model() -> Finding:
    try:
        return Finding("Language model", True, f"{LANGUAGE_MODEL} {version(LANGUAGE_MODEL)} (installed package)")
    except PackageNotFoundError:
        return Finding("Language model", False, f"{LANGUAGE_MODEL} is not installed; run `make setup`")


def _embedding(settings: Settings) -> Finding:
    embedding = PassageEmbedding.named(settings.embedding)
    if settings.embedding == BUILT_IN_EMBEDDING:
        package = f"{BUILT_IN_PACKAGE} {version(BUILT_IN_PACKAGE)}"
        return Finding(
            "Embedding", True, f"{BUILT_IN_EMBEDDING} from {package}, weights check out ({BUILT_IN_SHA256[:12]}...)"
        )
    return Finding("Embedding", True, f"{embedding.model_name} from {embedding.location}, weights not checked")


def _reader(settings: Settings) -> Finding:
    found = judges(settings)
    if found.answers is None:
        return Finding("Reader", True, "off; evidence is ranked by nearness, words and kind of answer alone")
    if settings.reader in BUILT_IN_READERS:
        names = " and ".join(each.name for each in (found.answers, found.again) if each is not None)
        comes = "come" if found.again else "comes"
        return Finding("Reader", True, f"{names}, {comes} with Dateline, weights check out")
    return Finding("Reader", True, f"{found.answers.name}, a CrossEncoder, weights not checked")


def _answers(settings: Settings) -> Finding:
    """Who words the answers, and where text goes for it."""
    model = language_model(settings)
    if model is None:
        return Finding("Answers", True, "made of quotes; no text leaves this machine")
    model.close()
    address = destination(settings)
    if address is None:
        return Finding("Answers", True, f"worded by {model.name} in this process; no text leaves this machine")
    if address.is_this_machine:
        reach = "a server on this machine; where it sends them is its own affair"
    else:
        reach = "another machine" if address.is_encrypted else "another machine, and not encrypted"
    return Finding("Answers", True, f"worded by {model.name}; questions and passages go to {address.url}, {reach}")


def _index(settings: Settings) -> Finding:
    state = inspect(settings.corpus, settings.index_dir)
    if state is None:
        return Finding("Index", False, f"none yet for {settings.corpus} in {settings.index_dir}; run `dateline index`")
    holds = (
        f"{settings.index_dir}: {state.articles} articles in {state.passages} passages, embedded by {state.embedding}"
    )
    wanted = PassageEmbedding.named(settings.embedding).model_name
    if (state.embedding, state.passage_tokens) != (wanted, str(settings.passage_tokens)):
        return Finding("Index", False, f"{holds}; the settings ask for {wanted}; run `dateline index --rebuild`")
    if state.damage:
        return Finding("Index", False, f"{holds}; {state.damage}; run `dateline index`")
    if not state.is_current:
        behind = f"{state.new} new, {state.changed} changed, {state.gone} gone"
        return Finding("Index", False, f"{holds}; behind {settings.corpus} ({behind}); run `dateline index`")
    if state.unreadable:
        named = f"{len(state.unreadable)} unreadable, such as {state.unreadable[0]!r}"
        return Finding("Index", False, f"{holds}; matches {settings.corpus} but for {named}; mend it or take it away")
    return Finding("Index", True, f"{holds}; matches {settings.corpus}")


def _guarded(subject: str, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except DatelineError as error:
        return Finding(subject, False, str(error))
