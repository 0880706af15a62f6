"""Who speaks in a sentence: verbs of saying with their subjects, and phrases such as "according to"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from rag.checks.reading import DENYING, SAYING, Reading
from rag.checks.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

VOUCHING = listed(
    "confirm acknowledge admit reveal show prove verify disclose determine conclude establish accuse call label brand "
    "praise criticise criticize echo view see consider regard pledge promise vow commit agree question thank complain "
    "raise reference cite concur reply respond slam quip insist allege promise tout rule find"
)
_ACTS = listed("agree commit pledge promise appeal vow")
"""Verbs that tell of saying only with what is said: who "agreed to" a plan, or "appealed" an award, did it."""

_ASKING = listed("urge demand ask request appeal plead press call want")
EXPECTING = listed("expect anticipate foresee forecast predict plan intend hope project")
DECLINING = listed("decline refuse refrain")
SILENT = listed("respond reply comment answer")
"""Verbs that, negated, tell that somebody says nothing to it."""

_TELLING = SAYING | DENYING | VOUCHING | _ASKING | EXPECTING | DECLINING
_ACCORDING = re.compile(
    r"\b(?:according to|as per(?: information obtained by)?|as (?:reported|confirmed|stated|claimed) by)\b",
    re.IGNORECASE,
)
PRONOUNS = frozenset({"he", "she", "they", "we", "i", "it"})
_POINTING = frozenset({"the", "this", "that", "these", "those"})
_NO_SPEAKERS = listed(
    "news development situation comment evidence event move step decision speculation rumor rumour war call"
)
_CLAIMS = listed(
    "claim report allegation accusation suggestion assertion statement criticism rumor rumour story account notion "
    "idea evidence concern theory charge narrative characterization comparison talk possibility warning comment "
    "this that it"
)
_SPOKEN = listed("claim statement point accusation allegation remark comment announcement assertion")
"""What one makes by saying it."""

_NOT_CLAIMS = listed(
    "access entry request motion bail visa honor honour permission coverage right care service opportunity chance aid "
    "license licence parole asylum treatment application"
)
"""What is denied to somebody, not of anything."""

_KEPT = 4_000
_LAST_RESORT = 1_000
"""What speaks only where nothing else in the sentence does."""

_READ_AS_NOUNS = frozenset({"claims", "reports", "states", "estimates"})
_FINITE = frozenset({"VBP", "VBZ", "VBD", "MD"})
_SOURCES = (
    re.compile(r"\bfrom ((?:an?|the) [\w -]*?(?:source|official|officer|officials|sources))\b"),
    re.compile(
        r"^ *(?:an? |the )?(?:statement|report|post|document)s? (?:released|published|issued) by (.+?)(?=,| on | in |$)"
    ),
    re.compile(r"^ *reports? (?:from|by|in) [^,]+, (an? [^,]+? (?:source|official|officer|minister|expert))\b"),
)


@dataclass(frozen=True)
class Speech:
    """A verb of saying, or a phrase such as "according to", with who it belongs to; offsets count in the sentence."""

    speaker: tuple[int, int] | None
    pronoun: str | None
    verb: Token | None
    rank: int

    @property
    def is_denial(self) -> bool:
        """Whether it is a verb of denial."""
        return self.verb is not None and self.verb.lemma_.lower() in DENYING


@lru_cache(maxsize=_KEPT)
def speeches(reading: Reading) -> tuple[Speech, ...]:
    """The main one, and a denial beside it where there is one."""
    found = sorted([*_by_verbs(reading), *_by_nouns(reading), *_by_phrases(reading)], key=lambda speech: speech.rank)
    if not found or found[0].is_denial:
        return tuple(found[:1])
    return (found[0], *[each for each in found[1:] if each.is_denial][:1])


def _by_verbs(reading: Reading) -> Iterator[Speech]:
    for verb in reading.doc:
        is_denial = verb.lemma_.lower() in DENYING
        if not _tells(verb) or _is_quoted(verb):
            continue
        subject = _subject(verb)
        is_within = verb.dep_ in ("relcl", "acl", "pcomp") or (verb.dep_ == "advcl" and _is_marked(verb))
        if subject is None and verb.dep_ == "relcl" and verb.lemma_.lower() in SAYING:
            is_somebody = any(child.dep_ == "nsubj" and child.lower_ == "who" for child in verb.children)
            subject = verb.head if is_somebody else None
        if subject is None or subject.lemma_.lower() in _NO_SPEAKERS:
            continue
        if is_within and not is_denial and verb.lemma_.lower() not in SAYING:
            continue
        if not (verb.dep_ == "ROOT" or _takes_words(verb) or is_denial):
            continue
        span = _name_span(subject)
        rank = 10 * _depth(verb) + (_LAST_RESORT if is_within and not is_denial else 0)
        yield Speech((span.start_char, span.end_char), _pointing(subject, span), verb, rank)


def _tells(verb: Token) -> bool:
    """Whether a verb tells that somebody says something."""
    if verb.pos_ not in ("VERB", "AUX"):
        return False
    lemma = verb.lemma_.lower()
    if lemma == "make":
        return any(child.dep_ == "dobj" and child.lemma_.lower() in _SPOKEN for child in verb.children)
    if lemma in _ACTS:
        return any(child.dep_ in ("ccomp", "parataxis") for child in verb.children) or _is_for_something(verb)
    return lemma in _TELLING and (lemma not in DENYING or _denies_a_claim(verb))


def _is_for_something(verb: Token) -> bool:
    return verb.lemma_ == "appeal" and any(child.lower_ in ("for", "to") for child in verb.children)


def _denies_a_claim(verb: Token) -> bool:
    """Whether a verb of denial is of what somebody says, not of an offer, a case or bail."""
    children = list(verb.children)
    things = [child for child in children if child.dep_ in ("dobj", "nsubjpass")]
    if verb.lemma_.lower() == "deny":
        is_to_somebody = any(child.dep_ == "dative" for child in children) or (
            {child.dep_ for child in things} >= {"dobj", "nsubjpass"}
        )
        return not is_to_somebody and not any(child.lemma_.lower() in _NOT_CLAIMS for child in things)
    if verb.lemma_.lower() not in ("reject", "dismiss", "repudiate"):
        return True
    if any(child.lower_ == "as" for child in children) and verb.lemma_.lower() == "dismiss":
        return True
    if verb.dep_ in ("relcl", "acl"):
        things.append(verb.head)
    return any(child.lemma_.lower() in _CLAIMS for child in things) or any(child.dep_ == "ccomp" for child in children)


def _by_nouns(reading: Reading) -> Iterator[Speech]:
    """A verb near the beginning that is read as a noun: "The agency claims intercepted calls reveal ..."."""
    for token in reading.doc[1:8]:
        if token.pos_ in ("VERB", "ADP") or token.is_punct:
            return
        after = token.nbor(1) if token.i + 1 < len(reading.doc) else None
        if token.lower_ in _READ_AS_NOUNS and after is not None and after.text != "of" and _is_verb_after_all(after):
            span = reading.doc[: token.i]
            yield Speech((span.start_char, span.end_char), _pointing(span.root, span), None, -1)
            return


def _is_verb_after_all(after: Token) -> bool:
    """Whether what follows "claims" shows it to be a verb: what comes next is no verb, or one that has another behind.

    In "the agency claims intercepted calls reveal" the second verb would have no subject.
    """
    if after.tag_ not in _FINITE:
        return True
    rest = after.doc[after.i + 1 :]
    opens_a_noun = len(rest) > 0 and rest[0].pos_ in ("NOUN", "ADJ", "PROPN")
    return (
        after.text.endswith("ed")
        and opens_a_noun
        and any(token.tag_ in ("VBP", "VBZ", "VBD") and token.dep_ != "relcl" for token in rest)
    )


def _is_quoted(token: Token) -> bool:
    """Whether a token stands between quotation marks, where somebody else speaks."""
    before = token.doc[: token.i].text
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _is_marked(verb: Token) -> bool:
    """Whether a clause begins with a word such as "as" or "because"."""
    return any(child.dep_ == "mark" for child in verb.children)


def _takes_words(verb: Token) -> bool:
    return any(child.dep_ in ("ccomp", "dobj", "parataxis", "xcomp", "prep") for child in verb.children) or (
        verb.head.i < verb.i and verb.dep_ in ("ccomp", "parataxis", "advcl", "conj")
    )


def _subject(verb: Token) -> Token | None:
    """Who says it: the subject, in the passive voice who it is said by; of a verb joined to another that one's."""
    for child in verb.children:
        if child.dep_ == "nsubj":
            return None if child.lower_ in ("who", "which", "that", "what") else child
    if verb.lemma_.lower() in DENYING:
        both = next((child for child in verb.children if child.dep_ == "preconj"), None)
        if both is not None:
            return both
    for child in verb.children:
        if child.dep_ == "agent":
            return next((each for each in child.children if each.dep_ == "pobj"), None)
    if any(child.dep_ == "nsubjpass" for child in verb.children):
        return None
    if verb.dep_ in ("conj", "advcl", "xcomp") and verb.head.pos_ in ("VERB", "AUX") and verb.head is not verb:
        is_joined = verb.dep_ == "conj" and verb.lemma_.lower() in SAYING
        return _subject(verb.head) if is_joined or verb.head.lemma_.lower() in _TELLING else None
    return None


def _name_span(subject: Token) -> Span:
    """A name with its office, without a clause that hangs on it."""
    tokens = [subject]
    queue = [subject]
    while queue:
        for child in queue.pop().children:
            if child.dep_ in ("relcl", "acl", "punct", "advcl", "ccomp", "cc", "conj") and not _joined(child):
                continue
            tokens.append(child)
            queue.append(child)
    first, last = min(token.i for token in tokens), max(token.i for token in tokens)
    while first < last and subject.doc[first].lower_ in ("however", ",", "also", "despite"):
        first += 1
    return subject.doc[first : last + 1]


def _joined(token: Token) -> bool:
    return token.dep_ in ("cc", "conj") and token.pos_ in ("PROPN", "NOUN", "CCONJ", "ADJ")


def _pointing(subject: Token, span: Span) -> str | None:
    """The word by which a subject points back to somebody named before: "he", "the agency", "the report"."""
    if subject.pos_ == "PRON" and subject.lower_ in PRONOUNS:
        return subject.lower_
    plain = [token for token in span if token.pos_ in ("NOUN", "PROPN", "ADJ")]
    if span[0].lower_ in _POINTING and len(plain) == 1 and plain[0].pos_ == "NOUN":
        return span[0].lower_
    return None


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


def _by_phrases(reading: Reading) -> Iterator[Speech]:
    """The phrase "according to X"."""
    for match in _ACCORDING.finditer(reading.doc.text):
        after = reading.doc.char_span(match.end(), len(reading.doc.text), alignment_mode="contract")
        if after is None or not len(after):
            continue
        source = next((found for pattern in _SOURCES if (found := pattern.search(after.text))), None)
        if source:
            start = after.start_char + source.start(1)
            yield Speech((start, start + len(source[1])), None, None, 5)
            continue
        if re.match(r"(?:its|his|her|their) own\b", after.text):
            subject = next(
                (token for token in reading.doc if token.dep_ == "nsubj" and token.head.dep_ == "ROOT"), None
            )
            if subject is not None:
                span = _name_span(subject)
                yield Speech((span.start_char, span.end_char), _pointing(subject, span), None, 5)
            continue
        head = next((token for token in after if token.pos_ in ("NOUN", "PROPN", "PRON")), None)
        if head is None:
            continue
        while (
            head.head.i > head.i
            and head.head.pos_ in ("NOUN", "PROPN")
            and head.dep_ in ("compound", "nmod", "amod", "poss")
        ):
            head = head.head
        span = _name_span(head)
        start = max(span.start, after.start)
        text = reading.doc[start : span.end]
        yield Speech((text.start_char, text.end_char), _pointing(head, text), None, 5)
