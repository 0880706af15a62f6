"""Who says what in an article, how sure, and when: each sentence as the claim of somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from index.article import Article, Sentence
from index.lines import post_day
from rag.checks.reading import Reading, read
from rag.dating import days_of
from rag.speeches import PRONOUNS, Speech, speeches
from rag.stances import Stance, stance_of

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

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
_POST = re.compile(r"[—–-]+\s*(?P<name>\S[^(@\n]*?)\s*\(@\w+\)")
_QUOTATION = re.compile(r"\s*(?:“[^“”]*”|\"[^\"]*\")\s*", re.DOTALL)
_NEAR = 4
"""Words that may stand between "told" and the day of telling: "told reporters in Kyiv on Friday"."""

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
    bare = Claim(article, sentence, None, None, None, stance_of(None, reading), _hedge(text), None, None)
    if not spoken or _POST.search(text):
        yield _as_quoted(bare, text, named)
        return
    for speech in spoken:
        claimant, at = _claimant(article, sentence, speech, named)
        on, worded = _said_on(article, sentence, reading, speech)
        channel = _CHANNEL.search(text)
        yield replace(
            bare,
            claimant=claimant,
            named_at=at,
            channel=channel[0] if channel else None,
            stance=stance_of(speech.verb, reading),
            said_on=on,
            said_when=worded,
        )


def _as_quoted(bare: Claim, text: str, named: Sequence[tuple[str, tuple[int, int]]]) -> Claim:
    """A sentence that names nobody: an embedded post is its author's, one all in quotation marks the last speaker's."""
    post = _POST.search(text)
    if post is not None:
        start, end = (bare.sentence.start + at for at in post.span("name"))
        author = " ".join(bare.article.text[start:end].split())
        day = post_day(text[post.start() :])
        said_on, said_when = day if day else (None, None)
        return replace(bare, claimant=author, named_at=(start, end), said_on=said_on, said_when=said_when)
    if _QUOTATION.fullmatch(text) and named:
        return replace(bare, claimant=named[-1][0], named_at=named[-1][1])
    return bare


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
    if re.search(rf", {re.escape(name)}(?: [A-Z][\w-]+){{1,2}}$", fuller):
        return True  # As Korean names have it: "Kim" of "the minister, Kim Yong-hyun".
    return re.search(rf"^(?:(?!\b(?:of|for|by|with|to|in|from)\b)[^,])*\b{re.escape(name)}(?:,|$)", fuller) is not None


def _hedge(text: str) -> str | None:
    found = _HEDGE.search(text)
    return found[0] if found else None


def _said_on(article: Article, sentence: Sentence, reading: Reading, speech: Speech) -> tuple[date | None, str | None]:
    """The day that belongs to the saying, not to what is said."""
    for dated in days_of(article, sentence):
        span = reading.doc.char_span(dated.at, dated.at + len(dated.worded), alignment_mode="expand")
        if span is not None and _belongs_to(span, speech):
            return dated.day, dated.worded
    return None, None


def _belongs_to(day: Span, speech: Speech) -> bool:
    """Whether a day is that of a verb of saying: it hangs on it, or stands right behind it and who is told."""
    verb = speech.verb
    doc = day.doc
    if verb is None:
        if speech.speaker is None:
            return False
        between = doc.text[speech.speaker[1] : day.start_char]
        return day.start_char >= speech.speaker[1] and len(between.split()) <= _NEAR and "," not in between
    if _verb_above(day.root) == verb:
        return True
    between = doc[verb.i + 1 : day.start]
    return verb.i < day.start and len(between) <= _NEAR and not any(
        token.pos_ in ("VERB", "AUX") or token.is_punct or token.dep_ == "mark" for token in between
    )


def _verb_above(token: Token) -> Token | None:
    for each in token.ancestors:
        if each.pos_ in ("VERB", "AUX"):
            return each
    return None
