"""A sentence as the language model reads it: its words, the names in it, and in what place each stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from threading import RLock
from typing import TYPE_CHECKING

from index.analysis import content_terms, terms
from index.language_model import load_language_model
from rag.checks.places import country
from rag.checks.words import listed
from rag.language import NAMES

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

SAYING = listed(
    """
    add allege announce anticipate argue assert believe caution claim comment consider contend continue declare
    describe emphasise emphasize estimate explain express foresee forecast hint imply indicate insist maintain mention
    note opine post predict reckon reiterate remark report say speculate state stress suggest suspect tell testify
    think tweet voice warn write
    """
)
"""Verbs by which somebody says what need not be so."""

DENYING = listed("deny dismiss dispute refute reject rebut repudiate disavow contradict")
"""Verbs that turn what they take into its opposite."""

_LOCK = RLock()
_LONGEST = 2_000
_CACHED = 4_000
_NEAR = 4
_TEMPORAL = frozenset({"DATE", "TIME", "CARDINAL", "ORDINAL", "QUANTITY", "PERCENT", "MONEY"})
_PATIENTS = frozenset({"dobj", "nsubjpass", "attr", "oprd", "csubjpass"})
_MODIFIERS = frozenset({"amod", "compound", "poss", "nmod", "nummod", "quantmod", "appos"})
_WITHIN = frozenset({"compound", "amod", "nmod", "det", "poss", "case", "punct"})

Feature = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence: its words, and the first and last token (the last excluded)."""

    text: str
    start: int
    end: int
    root: Token


@dataclass(frozen=True, eq=False)
class Reading:
    """A sentence with its parse; the tokens that carry content, and the names."""

    text: str
    doc: Doc
    content: tuple[Token, ...]
    names: tuple[Name, ...]


@cache
def _parser() -> Language:
    return load_language_model(without=["senter"])


@lru_cache(maxsize=_CACHED)
def read(text: str) -> Reading:
    """Reads a sentence; only its first 2,000 characters are read, and what was read lately is kept."""
    with _LOCK:
        doc = _parser()(" ".join(text.split())[:_LONGEST])
    content = tuple(token for token in doc if is_content(token))
    return Reading(text, doc, content, tuple(_names(doc)))


def is_content(token: Token) -> bool:
    """Whether a token says something of its own; auxiliaries, articles and the like do not."""
    return token.dep_ not in ("aux", "auxpass", "neg") and bool(content_terms(token.text))


def is_known_word(token: Token) -> bool:
    """Whether the language model has the word in its dictionary: common words of English, no names."""
    return token.lemma_.lower() in _dictionary()


@cache
def _dictionary() -> frozenset[str]:
    # spaCy declares a pipe as a function, which has no tables.
    index = _parser().get_pipe("lemmatizer").lookups.get_table("lemma_index")  # type: ignore[attr-defined]
    return frozenset(word for words in index.values() for word in words)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without its ending."""
    return "".join(terms(word)) or word.lower()


def key(token: Token) -> str:
    """What a token is compared by: verbs of saying are one, and so are those of denial, countries and their peoples."""
    lemma = token.lemma_.lower()
    if token.pos_ == "VERB" and lemma in SAYING:
        return "to say"
    if token.pos_ == "VERB" and lemma in DENYING:
        return "to deny"
    return stem(lemma)


def is_passive(verb: Token) -> bool:
    """Whether a verb is in the passive voice."""
    return any(child.dep_ in ("nsubjpass", "auxpass") for child in verb.children)


def place(token: Token) -> tuple[str, Token] | None:
    """The role of a token and the word that it has it with; passive and active give the same.

    What is joined by "and" has the role of what it is joined to, and what is in apposition that of what it explains.
    """
    while token.dep_ in ("conj", "appos") and token.head is not token:
        token = token.head
    head = token.head
    if head is token:
        return None
    if token.dep_ == "pobj" and head.dep_ in ("agent", "prep", "dative"):
        preposition = head
        while preposition.head.dep_ == "prep" and preposition.head is not preposition:
            preposition = preposition.head
        if head.dep_ == "agent":
            return "agent", preposition.head
        word = preposition.lower_
        return ("of" if word == "of" else f"at {word}"), preposition.head
    if token.dep_ == "nsubj":
        return "agent", head
    if token.dep_ in _PATIENTS:
        return "patient", head
    return ("of" if token.dep_ in _MODIFIERS else token.dep_), head


def features(start: int, end: int, root: Token) -> dict[Feature, float]:
    """In what place a stretch of a sentence stands, each sign of it with its weight.

    Args:
        start: Its first token.
        end: The token after it.
        root: The token in it that the others hang on.
    """
    found: dict[Feature, float] = {}
    above = place(root)
    if above is not None:
        role, head = above
        if role == "of" and start <= head.i < end:
            above = None
        else:
            found["role", role, key(head)] = 2.0
            found["with", key(head)] = 1.0
            further = place(head) if head.pos_ not in ("VERB", "AUX") else None
            if further is not None:
                found["in", further[0], key(further[1])] = 1.0
                found["under", key(further[1])] = 0.5
    doc = root.doc
    for side, tokens in (("before", range(start - 1, -1, -1)), ("after", range(end, len(doc)))):
        for at in list(tokens)[:_NEAR]:
            if is_content(doc[at]):
                found[side, key(doc[at])] = 1.0
                break
    return found


def subtree(token: Token, *, without: Sequence[str] = ()) -> Iterator[Token]:
    """A token and all that hangs on it, leaving out what hangs on by one of these relations."""
    yield token
    for child in token.children:
        if child.dep_ not in without:
            yield from subtree(child, without=without)


def _names(doc: Doc) -> Iterator[Name]:
    taken: set[int] = set()
    for entity in doc.ents:
        if entity.label_ in NAMES:
            for span in _parts(entity):
                taken.update(range(span.start, span.end))
                yield Name(span.text, span.start, span.end, span.root)
        elif entity.label_ in _TEMPORAL:
            taken.update(range(entity.start, entity.end))
    at = 1
    while at < len(doc):
        end = at
        while end < len(doc) and end not in taken and _is_capitalised(doc[end]) and not _opens(doc[end]):
            end += 1
        if end > at:
            span = doc[at:end]
            yield Name(span.text, at, end, span.root)
        at = max(end, at + 1)


def _parts(entity: Span) -> Iterator[Span]:
    """A name without "the" before it and "'s" behind it; a people before a title is a name of its own."""
    start, end = entity.start, entity.end
    doc = entity.doc
    while start < end and (doc[start].lower_ in ("the", "a", "an") or doc[start].is_punct):
        start += 1
    while end > start and (doc[end - 1].lower_ in ("'s", "’s", "'", "’") or doc[end - 1].is_punct):
        end -= 1
    if end <= start or not re.search(r"[A-Z@]", doc[start:end].text):
        return
    first = next((n for n in (2, 1) if end - start > n and country(doc[start : start + n].text)), 0)
    if first and doc[start + first - 1].dep_ in _WITHIN and entity.label_ != "GPE" and country(entity.text) is None:
        yield doc[start : start + first]
        start += first
        if not doc[start].is_alpha:
            start += 1
    if start < end:
        yield doc[start:end]


def _is_capitalised(token: Token) -> bool:
    return token.text[:1].isupper() and token.is_alpha and token.ent_type_ not in _TEMPORAL and token.pos_ != "PRON"


def _opens(token: Token) -> bool:
    """Whether a sentence or a quotation begins with it, so that its capital says nothing."""
    before = token.nbor(-1)
    return before.text in ("“", '"', "‘", ".", "!", "?", ":", "''", "``", "\n") or bool(token.is_sent_start)
