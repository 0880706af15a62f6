"""Who says what in an article, how sure, and when: each sentence as the claim of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from index.article import Article, Sentence
from rag.checks.reading import DENYING, Reading, read
from rag.days import days_in
from rag.speeches import DECLINING, EXPECTING, PRONOUNS, VOUCHING, Speech, speeches

if TYPE_CHECKING:
    from spacy.tokens import Token

Stance = Literal["asserts", "denies", "declines", "expects", "asks"]

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
_CHANNEL = re.compile(
    r"\b(?:(?:in|on|via|through|at|to|by|from) )(?:(?:a|an|the|his|her|their|its|recent|reports from) )*"
    r"(?:(?:video address|[Tt]elegram post|[Tt]elegram|[Tt]witter|[Ff]acebook|press conference|news conference"
    r"|[Nn]ational [Aa]ssembly|parliament|statement|interview|video|speech|briefing|post|address|tweet|letter)\b"
    r"(?: (?:released|published|posted) (?:by|on) (?:the )?(?:[\"“]?[A-Z]\w+[\"”]?(?: (?=[A-Z]))?)+)?"
    r"|[\"“]?(?:the )?(?:[A-Z]\w+ )*(?:Post|Times|Journal|Guardian|Reuters|BBC|CNN|News|Herald|Tribune|Telegram)\b"
    r"[\"”]?)",
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
        spoken = speeches(reading)
        found = list(_of_sentence(article, sentence, reading, spoken, named))
        yield from found
        named += [(claim.claimant, claim.named_at) for claim in found if claim.claimant and claim.named_at]


def _of_sentence(
    article: Article,
    sentence: Sentence,
    reading: Reading,
    spoken: Sequence[Speech],
    named: Sequence[tuple[str, tuple[int, int]]],
) -> Iterator[Claim]:
    text = sentence.of(article.text)
    bare = Claim(article, sentence, None, None, None, _stance_of(None, text), _hedge(text), None, None)
    if not spoken:
        yield bare
        return
    for speech in spoken:
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
    article: Article, sentence: Sentence, speech: Speech, named: Sequence[tuple[str, tuple[int, int]]]
) -> tuple[str | None, tuple[int, int] | None]:
    if speech.speaker is None:
        return None, None
    start, end = _in_article(sentence, article.text, *speech.speaker)
    own = " ".join(article.text[start:end].split())
    if speech.pronoun is None:
        return next(((name, at) for name, at in reversed(named) if _is_short_for(own, name)), (own, (start, end)))
    words = own.lower().split()
    for name, at in reversed(named):
        if speech.pronoun in PRONOUNS or words[-1] in re.findall(r"\w+", name.lower()):
            return name, at
    if named and words[-1] in ("report", "statement", "post"):
        return named[-1]
    return (None, None) if speech.pronoun in PRONOUNS else (own, (start, end))


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


def _stance_of(verb: Token | None, text: str) -> Stance:
    lemma = verb.lemma_.lower() if verb is not None else ""
    negated = verb is not None and any(child.dep_ == "neg" for child in verb.children)
    if lemma in DENYING:
        return "declines" if negated else "denies"
    if lemma in DECLINING or (negated and lemma in VOUCHING) or re.search(r"\byet to determine\b", text):
        return "declines"
    if verb is not None and _FALSE.search(text) and lemma in ("call", "label", "brand", "describe"):
        return "denies"
    if lemma in ("urge", "demand", "request", "appeal", "plead") or (verb is not None and _APPEALS.search(text)):
        return "asks"
    return "expects" if lemma in EXPECTING or _is_open(verb, text) else "asserts"


def _is_open(verb: Token | None, text: str) -> bool:
    """Whether what is said is yet to come, or only possible: by the verb that is said where there is one."""
    said = next((child for child in verb.children if child.dep_ == "ccomp"), None) if verb is not None else None
    if said is None:
        return _OPEN.search(text) is not None
    near = [*said.children, said]
    return any(
        token.lower_ in _OPENING or token.lemma_.lower() in EXPECTING or _OPEN.fullmatch(token.text) is not None
        for token in near
        if token.dep_ in ("aux", "acomp", "advmod", "ccomp", "attr", "oprd")
    ) or (said.pos_ == "VERB" and said.lemma_.lower() in EXPECTING)


def _hedge(text: str) -> str | None:
    found = _HEDGE.search(text)
    return found[0] if found else None


def _said_on(article: Article, reading: Reading, speech: Speech) -> tuple[date | None, str | None]:
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
