"""Who says what: a claim keeps its claimant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.checks.comparison import Comparison
from rag.checks.names import same_person
from rag.checks.places import country
from rag.checks.reading import SAYING, Reading, key, subtree
from rag.checks.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Token

_SURE = listed("confirm acknowledge admit reveal show prove know verify demonstrate find discover establish")
_NOUNS = listed(
    "report claim allegation statement assertion speculation account estimate suggestion information rumour rumor "
    "accusation belief"
)
_ADVERBS = listed("reportedly allegedly purportedly supposedly ostensibly apparently")
_CALLING = listed("call label brand accuse praise criticise criticize urge promise pledge see view put")
_ACCORDING = re.compile(
    r"\b(?:according to|as per|in the words of|by (?:its|his|her|their) own account)\b", re.IGNORECASE
)
_AT_THE_END = re.compile(
    r", (?P<speaker>[^,]{2,60}) (?P<saying>claims?|reports?|states?|estimates?|comments?|notes?|remarks?)[.”\"]*$"
)
_APART = ("relcl", "appos")
_MOST_OF = 0.75


@dataclass(frozen=True)
class Attribution:
    """Somebody's words in a sentence.

    Attributes:
        speaker: The tokens that name who; none where the sentence does not say.
        scope: The indices of the tokens that are theirs.
        is_sure: Whether the verb vouches for it, as "confirm" does.
    """

    speaker: tuple[Token, ...]
    scope: frozenset[int]
    is_sure: bool = False


def attributions(reading: Reading) -> list[Attribution]:
    """Who says what in a sentence."""
    return [*_by_verbs(reading), *_by_phrases(reading), *_by_adverbs(reading), *_at_the_end(reading)]


def claimants_are_named(comparison: Comparison) -> bool:
    """Whether a statement has somebody say it, or names at least whoever claims something in the sources.

    For other words than theirs: what was claimed is not told from what was not where even the verb is another one. Who
    has a name there has one here: "the intelligence" may be anybody's.
    """
    said = attributions(comparison.statement)
    if said:
        claimed = [each for source in comparison.sources for each in attributions(source) if each.speaker]
        return not claimed or all(_is_one_of(one, claimed) for one in said if one.speaker)
    named = {key(token) for token in comparison.statement.doc}
    return all(
        key(token) in named
        for source in comparison.sources
        for each in attributions(source)
        if not each.is_sure
        for token in each.speaker
        if token.head not in each.speaker
    )


def _is_one_of(said: Attribution, claimed: Sequence[Attribution]) -> bool:
    """Whether who says something shares a word with somebody who does in the sources, and has a name if they have.

    Who is "he" there may have any name here.
    """
    if any(token.pos_ == "PRON" for each in claimed for token in each.speaker):
        return True
    called = {key(token) for token in said.speaker}
    theirs = [each for each in claimed if not called.isdisjoint(key(token) for token in each.speaker)]
    return bool(theirs) and (_has_name(said.speaker) or not all(_has_name(each.speaker) for each in theirs))


def _has_name(speaker: Sequence[Token]) -> bool:
    return any(token.pos_ == "PROPN" or token.ent_type_ == "NORP" for token in speaker)


def claimants_hold(comparison: Comparison) -> bool:
    """Whether what somebody claims in the sources is said to be claimed in the statement, and by whom it is there."""
    said = attributions(comparison.statement)
    known = [(source, each) for source in comparison.sources for each in attributions(source)]
    return _none_dropped(comparison, said, known) and all(
        _is_known(comparison, each, known) for each in said if each.speaker
    )


def _none_dropped(
    comparison: Comparison, said: Sequence[Attribution], known: Sequence[tuple[Reading, Attribution]]
) -> bool:
    """Whether the main verb of the statement, where it is somebody's claim in the sources, is one here."""
    own = {at for each in said for at in each.scope}
    claimed = {(id(source.doc), at) for source, each in known if not each.is_sure for at in each.scope}
    plain = [token for token in comparison.statement.content if token.i not in own]
    roots = [token for token in _asserted(comparison.statement) if token in plain]
    if _loses_name(comparison, said, known):
        return False
    for root in roots:
        found = comparison.sure(root)
        if found:
            if all((id(token.doc), token.i) in claimed for token in found):
                return False
        elif not said:
            sure = [comparison.sure(token) for token in plain if comparison.sure(token)]
            theirs = [tokens for tokens in sure if all((id(token.doc), token.i) in claimed for token in tokens)]
            if sure and len(theirs) >= _MOST_OF * len(plain):
                return False
    return True


def _asserted(statement: Reading) -> list[Token]:
    """What a statement says of its subject: its main verbs, or what stands behind "is"."""
    verbs = [token for token in statement.doc if token.dep_ == "ROOT"]
    verbs += [token for verb in verbs for token in verb.children if token.dep_ == "conj"]
    found: list[Token] = []
    for verb in verbs:
        if verb.lemma_ != "be":
            found.append(verb)
            continue
        for child in verb.children:
            if child.dep_ in ("attr", "acomp"):
                found.append(child)
            elif child.dep_ == "prep":
                found += [each for each in child.children if each.dep_ == "pobj"]
    return [token for token in found if key(token) not in ("to say", "to deny") and not _vouches(token)]


def _vouches(verb: Token) -> bool:
    """Whether a verb is that of somebody who makes sure: "the source confirmed that"."""
    return verb.lemma_.lower() in _SURE and any(child.dep_ == "ccomp" for child in verb.children)


def _loses_name(
    comparison: Comparison, said: Sequence[Attribution], known: Sequence[tuple[Reading, Attribution]]
) -> bool:
    """Whether a source has "reportedly" and who reports it, and the statement but the one without the other."""
    if any(each.speaker for each in said):
        return False
    for root in _asserted(comparison.statement):
        if not any(root.i in each.scope for each in said):
            continue
        for other in comparison.sure(root):
            over = [each for source, each in known if source.doc is other.doc and other.i in each.scope]
            named = any(each.speaker and not each.is_sure for each in over)
            if not (named and any(not each.speaker for each in over)):
                break
        else:
            if comparison.sure(root):
                return True
    return False


def _is_known(comparison: Comparison, said: Attribution, known: Sequence[tuple[Reading, Attribution]]) -> bool:
    """Whether the sources let the same one say it, or leave open who does."""
    matched = {
        (id(other.doc), other.i)
        for token in comparison.statement.content
        if token.i in said.scope
        for other in comparison.sure(token)
    }
    if not matched:
        return True
    rivals = [(len({at for doc, at in matched if doc == id(source.doc)} & each.scope), each) for source, each in known]
    theirs = [(count, each) for count, each in rivals if count and each.speaker]
    if not theirs:
        return _speaks(comparison, said)
    most = max(count for count, _ in theirs)
    return any(
        _may_be_one(said.speaker, each.speaker, comparison)
        for count, each in theirs
        if count == most or count >= 0.5 * len(matched)
    )


def _speaks(comparison: Comparison, said: Attribution) -> bool:
    """Whether the sources name the speaker at all where they say nothing of who said it."""
    return any(comparison.likeness(token) > 0 for token in said.speaker) or not any(
        token in comparison.statement.content for token in said.speaker
    )


def _may_be_one(one: Sequence[Token], other: Sequence[Token], comparison: Comparison) -> bool:
    if any(token.pos_ == "PRON" for token in (*one, *other)):
        return True
    first, second = _names(one, comparison), _names(other, comparison)
    persons = [name for name in first if country(name) is None]
    if second and persons:
        return any(same_person(name, known) for name in persons for known in second)
    if first and second:
        return any(same_person(name, known) for name in first for known in second)
    words = {key(token) for token in one} & {key(token) for token in other if token.pos_ in ("NOUN", "PROPN", "ADJ")}
    return (
        bool(words)
        or any(match.token in other for token in one for match in comparison.matches.get(token.i, ()))
        or bool(first) != bool(second)
    )


def _names(tokens: Sequence[Token], comparison: Comparison) -> list[str]:
    at = {(id(token.doc), token.i) for token in tokens}
    return [
        name.text
        for reading in (comparison.statement, *comparison.sources)
        for name in reading.names
        if any((id(reading.doc), i) in at for i in range(name.start, name.end))
    ]


def _by_verbs(reading: Reading) -> Iterator[Attribution]:
    for verb in reading.doc:
        lemma = verb.lemma_.lower()
        if verb.pos_ != "VERB" or lemma not in SAYING | _SURE | _CALLING:
            continue
        subjects = [child for child in verb.children if child.dep_ in ("nsubj", "agent")]
        if not subjects and _as_said(verb):
            subjects = [child for child in verb.children if child.dep_ == "prep" and child.lower_ == "by"]
        if not subjects and verb.dep_ in ("advcl", "conj", "acl"):
            subjects = [child for child in verb.head.children if child.dep_ in ("nsubj", "agent")]
        speaker = tuple(token for subject in subjects for token in subtree(subject, without=_APART[:1]))
        scope = frozenset(_said_by(verb))
        if scope:
            yield Attribution(speaker, scope, lemma in _SURE)


def _said_by(verb: Token) -> Iterator[int]:
    for child in verb.children:
        takes = child.dep_ in ("ccomp", "xcomp", "dobj", "parataxis", "acl", "oprd") and child.ent_type_ != "PERSON"
        if takes or (child.dep_ == "nsubjpass" and child.pos_ != "PRON"):
            yield from (token.i for token in subtree(child, without=_APART))
        elif child.dep_ == "advcl" and child.i < verb.i and child.pos_ == "VERB" and verb.dep_ == "ROOT":
            continue
    is_behind = verb.dep_ in ("ccomp", "advcl") and verb.i > verb.head.i and verb.nbor(-1).text == ","
    if verb.dep_ == "parataxis" or is_behind or _as_said(verb):
        yield from (token.i for token in subtree(verb.head, without=_APART) if token not in set(verb.subtree))


def _as_said(verb: Token) -> bool:
    """Whether a verb follows upon "as" and tells by whom: "as confirmed by the ministry"."""
    follows = verb.dep_ == "advcl" and verb.i > max(verb.head.i, 1) and verb.nbor(-1).lower_ == "as"
    return follows and any(child.lower_ == "by" for child in verb.children)


def _at_the_end(reading: Reading) -> Iterator[Attribution]:
    """The words ", X claims." behind a sentence, which are read as a noun as often as not."""
    match = _AT_THE_END.search(reading.doc.text)
    span = reading.doc.char_span(*match.span("saying"), alignment_mode="contract") if match else None
    if match is None or span is None or span.root.pos_ == "VERB":
        return
    speaker = reading.doc.char_span(*match.span("speaker"), alignment_mode="contract")
    if speaker is not None:
        yield Attribution(tuple(speaker), frozenset(range(speaker.start - 1)))


def _by_phrases(reading: Reading) -> Iterator[Attribution]:
    """The phrase "according to X" with the clause that it belongs to."""
    for match in _ACCORDING.finditer(reading.doc.text):
        span = reading.doc.char_span(*match.span(), alignment_mode="expand")
        if span is None:
            continue
        phrase = set(span.root.subtree)
        speaker = tuple(token for token in sorted(phrase, key=lambda token: token.i) if token.i >= span.end)
        verb = span.root.head
        while verb.pos_ not in ("VERB", "AUX") and verb.head != verb:
            verb = verb.head
        scope = {token.i for token in subtree(verb, without=(*_APART, "conj")) if token not in phrase}
        if span.start == 0:
            scope |= {token.i for token in subtree(verb, without=_APART) if token not in phrase}
        yield Attribution(speaker, frozenset(scope))


def _by_adverbs(reading: Reading) -> Iterator[Attribution]:
    """Words like "reportedly" and "reports that", which name nobody."""
    for token in reading.doc:
        if token.lower_ in _ADVERBS:
            verb = token.head
            yield Attribution((), frozenset(each.i for each in subtree(verb, without=_APART) if each is not token))
        elif token.pos_ == "NOUN" and token.lemma_.lower() in _NOUNS:
            under = [child for child in token.children if child.dep_ in ("acl", "ccomp", "prep", "relcl")]
            scope = {each.i for child in under for each in subtree(child, without=_APART[1:])}
            if scope:
                yield Attribution((), frozenset(scope))
