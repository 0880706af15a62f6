"""Who says what in an article, how sure, and when: each sentence as the claim of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from index.article import Article, Sentence
from rag.checks.reading import DENYING, SAYING, Reading, read
from rag.checks.words import listed
from rag.days import days_in

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

Stance = Literal["asserts", "denies", "declines", "expects", "asks"]

_VOUCHING = listed(
    "confirm acknowledge admit reveal show prove verify disclose determine conclude establish accuse call label brand "
    "praise criticise criticize echo view see consider regard pledge promise vow commit agree question thank complain "
    "raise"
)
_ASKING = listed("urge demand ask request appeal plead press call want")
_EXPECTING = listed("expect anticipate foresee forecast predict plan intend hope project")
_DECLINING = listed("decline refuse refrain")
_TELLING = SAYING | DENYING | _VOUCHING | _ASKING | _EXPECTING | _DECLINING
_FALSE = re.compile(r"\b(?:hoax|scam|lie|lies|fake|untrue|baseless|groundless|fabricat\w+)\b", re.IGNORECASE)
_APPEALS = re.compile(
    r"\b(?:appeals?|calls?|requests?|demands?|pleas?) (?:for|to|that)\b|\bneeds? (?:for|to)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:may|might|could|would|will|likely|likelihood|possibility|expected|expects?|potential(?:ly)?|plans? to)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    r"\b(?:reportedly|allegedly|purportedly|supposedly|suspected|suspect|speculat\w+|rumou?r\w*|if confirmed|unclear"
    r"|potentially|possibly|plausible|highly likely|likely|seem(?:s|ed)?|appear(?:s|ed)? to|suggests?|may|might"
    r"|could)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"\b(?:according to|as per(?: information obtained by)?|as (?:reported|confirmed|stated|claimed) by)\b",
    re.IGNORECASE,
)
_CHANNEL = re.compile(
    r"\b(?:(?:in|on|via|through|at|to|by|from) )(?:(?:a|an|the|his|her|their|its|recent|reports from) )*"
    r"(?:(?:video address|[Tt]elegram post|[Tt]elegram|[Tt]witter|[Ff]acebook|press conference|news conference"
    r"|[Nn]ational [Aa]ssembly|parliament|statement|interview|video|speech|briefing|post|address|tweet|letter)\b"
    r"(?: (?:released|published|posted) (?:by|on) (?:the )?(?:[\"“]?[A-Z]\w+[\"”]?(?: (?=[A-Z]))?)+)?"
    r"|[\"“]?(?:the )?(?:[A-Z]\w+ )*(?:Post|Times|Journal|Guardian|Reuters|BBC|CNN|News|Herald|Tribune|Telegram)\b"
    r"[\"”]?)",
)
_PRONOUNS = frozenset({"he", "she", "they", "we", "i", "it"})
_POINTING = frozenset({"the", "this", "that", "these", "those"})
_NO_SPEAKERS = listed(
    "news development situation comment evidence event move step decision speculation rumor rumour war call"
)
_READ_AS_NOUNS = frozenset({"claims", "reports", "states", "estimates"})
_FINITE = frozenset({"VBP", "VBZ", "VBD", "MD"})
_SOURCES = (
    re.compile(r"\bfrom ((?:an?|the) [\w -]*?(?:source|official|officer|officials|sources))\b"),
    re.compile(
        r"^ *(?:an? |the )?(?:statement|report|post|document)s? (?:released|published|issued) by (.+?)(?=,| on | in |$)"
    ),
    re.compile(r"^ *reports? (?:from|by|in) [^,]+, (an? [^,]+? (?:source|official|officer|minister|expert))\b"),
)
_OPENING = frozenset({"may", "might", "could", "would", "will", "shall", "'ll"})
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_KEPT = 2_000


@dataclass(frozen=True)
class Claim:
    """What one sentence says on whose authority.

    Attributes:
        article: Where it stands.
        sentence: There.
        claimant: Who says it, as the article names them, office included, white space tidied; None where the sentence
            names nobody, so that it is the outlet's own.
        named_at: Where in `Article.text` the claimant is named, which is an earlier sentence for "he".
        channel: By what means, as worded: "on Telegram".
        stance: "asserts"; "denies"; "declines" to confirm or to deny; "expects" what is yet to come; "asks" for it.
        hedge: The word that makes it less than sure, as worded.
        said_on: The day on which it was said, where article and wording allow.
        said_when: That day as worded.
    """

    article: Article
    sentence: Sentence
    claimant: str | None
    named_at: tuple[int, int] | None
    channel: str | None
    stance: Stance
    hedge: str | None
    said_on: date | None
    said_when: str | None

    @property
    def text(self) -> str:
        """The sentence, verbatim."""
        return self.sentence.of(self.article.text)

    @property
    def dated(self) -> date | None:
        """When it was said: the day given, else that of the article; None where neither is known."""
        return self.said_on or self.article.published

    @property
    def day(self) -> date | None:
        """The first day on which it can have been said, as far as that is known; what order goes by."""
        return self.dated or self.article.not_before


@dataclass(frozen=True)
class _Speech:
    """A verb of saying, or a phrase such as "according to", with who it belongs to; offsets count in the sentence."""

    speaker: tuple[int, int] | None
    pronoun: str | None
    verb: Token | None
    rank: int


@lru_cache(maxsize=_KEPT)
def claims_of(article: Article) -> tuple[Claim, ...]:
    """The claims of an article, one or two for each of its sentences, in order; headings have none."""
    return tuple(_claims(article))


def claim_at(article: Article, sentence: Sentence) -> Claim | None:
    """The main claim of a sentence; None for a heading. Of several sentences together, that of the first."""
    return next((claim for claim in claims_of(article) if claim.sentence.overlaps(sentence)), None)


def _claims(article: Article) -> Iterator[Claim]:
    named: list[tuple[str, tuple[int, int]]] = []
    for sentence in article.sentences:
        if sentence.heading:
            continue
        reading = read(sentence.of(article.text))
        speeches = _speeches(reading)
        found = list(_of_sentence(article, sentence, reading, speeches, named))
        yield from found
        named += [(claim.claimant, claim.named_at) for claim in found if claim.claimant and claim.named_at]


def _of_sentence(
    article: Article,
    sentence: Sentence,
    reading: Reading,
    speeches: Sequence[_Speech],
    named: Sequence[tuple[str, tuple[int, int]]],
) -> Iterator[Claim]:
    text = sentence.of(article.text)
    bare = Claim(article, sentence, None, None, None, _stance_of(None, text), _hedge(text), None, None)
    if not speeches:
        yield bare
        return
    for speech in speeches:
        claimant, at = _claimant(article, sentence, speech, named)
        on, worded = _said_on(article, reading, speech)
        channel = _CHANNEL.search(text)
        yield replace(
            bare,
            claimant=claimant,
            named_at=at,
            channel=channel[0] if channel else None,
            stance=_stance_of(speech.verb, text),
            said_on=on,
            said_when=worded,
        )


def _claimant(
    article: Article, sentence: Sentence, speech: _Speech, named: Sequence[tuple[str, tuple[int, int]]]
) -> tuple[str | None, tuple[int, int] | None]:
    if speech.speaker is None:
        return None, None
    start, end = _in_article(sentence, article.text, *speech.speaker)
    own = " ".join(article.text[start:end].split())
    if speech.pronoun is None:
        return next(((name, at) for name, at in reversed(named) if _is_short_for(own, name)), (own, (start, end)))
    words = own.lower().split()
    for name, at in reversed(named):
        if speech.pronoun in _PRONOUNS or words[-1] in re.findall(r"\w+", name.lower()):
            return name, at
    if named and words[-1] in ("report", "statement", "post"):
        return named[-1]
    return (None, None) if speech.pronoun in _PRONOUNS else (own, (start, end))


def _in_article(sentence: Sentence, text: str, start: int, end: int) -> tuple[int, int]:
    """Where in an article a stretch of a sentence stands that was read with its white space tidied."""
    places: list[int] = []
    for word in re.finditer(r"\S+", sentence.of(text)):
        places += [*range(word.start(), word.end() + 1)]  # One more, for the blank behind it.
    return sentence.start + places[start], sentence.start + places[end - 1] + 1


def _is_short_for(name: str, fuller: str) -> bool:
    """Whether a single name is the last one of a fuller: "Kirby" of "John Kirby, spokesperson for ..."."""
    if " " in name or name == fuller or " and " in fuller:
        return False
    return re.search(rf"\b{re.escape(name)}(?:,|$)", fuller) is not None


def _speeches(reading: Reading) -> list[_Speech]:
    """The main one, and a denial beside it where there is one."""
    found = sorted([*_by_verbs(reading), *_by_nouns(reading), *_by_phrases(reading)], key=lambda speech: speech.rank)
    if not found:
        return []
    main = found[0]
    denials = [each for each in found[1:] if each.verb is not None and each.verb.lemma_.lower() in DENYING]
    return [main, *denials[:1]] if not (main.verb is not None and main.verb.lemma_.lower() in DENYING) else [main]


def _by_verbs(reading: Reading) -> Iterator[_Speech]:
    for verb in reading.doc:
        if verb.lemma_.lower() not in _TELLING or verb.pos_ not in ("VERB", "AUX"):
            continue
        if _is_quoted(verb):
            continue
        subject = _subject(verb)
        if subject is None or subject.lemma_.lower() in _NO_SPEAKERS:
            continue
        if verb.dep_ == "advcl" and verb.lemma_.lower() not in DENYING and _is_marked(verb):
            continue
        if not (verb.dep_ == "ROOT" or _takes_words(verb) or verb.lemma_.lower() in DENYING):
            continue
        span = _name_span(subject)
        yield _Speech((span.start_char, span.end_char), _pointing(subject, span), verb, 10 * _depth(verb))


def _by_nouns(reading: Reading) -> Iterator[_Speech]:
    """A verb near the beginning that is read as a noun: "The agency claims intercepted calls reveal ..."."""
    for token in reading.doc[1:8]:
        if token.pos_ in ("VERB", "ADP") or token.is_punct:
            return
        after = token.nbor(1) if token.i + 1 < len(reading.doc) else None
        if token.lower_ in _READ_AS_NOUNS and after is not None and after.tag_ not in _FINITE and after.text != "of":
            span = reading.doc[: token.i]
            yield _Speech((span.start_char, span.end_char), _pointing(span.root, span), None, -1)
            return


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
        return _subject(verb.head) if verb.head.lemma_.lower() in _TELLING else None
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
    if subject.pos_ == "PRON" and subject.lower_ in _PRONOUNS:
        return subject.lower_
    plain = [token for token in span if token.pos_ in ("NOUN", "PROPN", "ADJ")]
    if span[0].lower_ in _POINTING and len(plain) == 1 and plain[0].pos_ == "NOUN":
        return span[0].lower_
    return None


def _depth(token: Token) -> int:
    return sum(1 for _ in token.ancestors)


def _by_phrases(reading: Reading) -> Iterator[_Speech]:
    """The phrase "according to X"."""
    for match in _ACCORDING.finditer(reading.doc.text):
        after = reading.doc.char_span(match.end(), len(reading.doc.text), alignment_mode="contract")
        if after is None or not len(after):
            continue
        source = next((found for pattern in _SOURCES if (found := pattern.search(after.text))), None)
        if source:
            start = after.start_char + source.start(1)
            yield _Speech((start, start + len(source[1])), None, None, 5)
            continue
        if re.match(r"(?:its|his|her|their) own\b", after.text):
            subject = next(
                (token for token in reading.doc if token.dep_ == "nsubj" and token.head.dep_ == "ROOT"), None
            )
            if subject is not None:
                span = _name_span(subject)
                yield _Speech((span.start_char, span.end_char), _pointing(subject, span), None, 5)
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
        yield _Speech((text.start_char, text.end_char), _pointing(head, text), None, 5)


def _stance_of(verb: Token | None, text: str) -> Stance:
    lemma = verb.lemma_.lower() if verb is not None else ""
    negated = verb is not None and any(child.dep_ == "neg" for child in verb.children)
    if lemma in DENYING:
        return "declines" if negated else "denies"
    if lemma in _DECLINING or (negated and lemma in _VOUCHING) or re.search(r"\byet to determine\b", text):
        return "declines"
    if verb is not None and _FALSE.search(text) and lemma in ("call", "label", "brand", "describe"):
        return "denies"
    if lemma in ("urge", "demand", "request", "appeal", "plead") or (verb is not None and _APPEALS.search(text)):
        return "asks"
    return "expects" if lemma in _EXPECTING or _is_open(verb, text) else "asserts"


def _is_open(verb: Token | None, text: str) -> bool:
    """Whether what is said is yet to come, or only possible: by the verb that is said where there is one."""
    said = next((child for child in verb.children if child.dep_ == "ccomp"), None) if verb is not None else None
    if said is None:
        return _OPEN.search(text) is not None
    near = [*said.children, said]
    return any(
        token.lower_ in _OPENING or token.lemma_.lower() in _EXPECTING or _OPEN.fullmatch(token.text) is not None
        for token in near
        if token.dep_ in ("aux", "acomp", "advmod", "ccomp", "attr", "oprd")
    ) or (said.pos_ == "VERB" and said.lemma_.lower() in _EXPECTING)


def _hedge(text: str) -> str | None:
    found = _HEDGE.search(text)
    return found[0] if found else None


def _said_on(article: Article, reading: Reading, speech: _Speech) -> tuple[date | None, str | None]:
    """The day that belongs to the saying, not to what is said."""
    near = article.published or article.not_before
    anchor = near or date(2000, 1, 1)  # For the words alone: no day is taken that hangs on it.
    for days in days_in(reading.doc.text, anchor, anchor):
        at = reading.doc.text.find(days.worded)
        span = reading.doc.char_span(at, at + len(days.worded), alignment_mode="expand")
        if span is None or speech.verb is None or _verb_above(span.root) != speech.verb:
            continue
        day = days.last if days.first == days.last else None
        is_known = bool(article.published) if days.relative else bool(near or _YEAR.search(days.worded))
        return (day if is_known else None), days.worded
    return None, None


def _verb_above(token: Token) -> Token | None:
    for each in token.ancestors:
        if each.pos_ in ("VERB", "AUX"):
            return each
    return None
