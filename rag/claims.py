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
from rag.speakers import fuller_name, named_before, own_name
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

_KEPT = 20_000


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


def claims_of(article: Article) -> tuple[Claim, ...]:
    """The claims of an article, one or two for each of its sentences, in order; headings have none."""
    return tuple(claim for sentence in article.sentences for claim in claims_at(article, sentence))


def claim_at(article: Article, sentence: Sentence) -> Claim | None:
    """The main claim of a sentence; None for a heading. Of several sentences together, that of the first."""
    within = (each for each in article.sentences if each.overlaps(sentence))
    return next((claim for each in within for claim in claims_at(article, each)), None)


@lru_cache(maxsize=_KEPT)
def claims_at(article: Article, sentence: Sentence) -> tuple[Claim, ...]:
    """The claims of one sentence, the main one first; none of a heading. Of an article only what it takes is read."""
    if sentence.heading:
        return ()
    reading = read(sentence.of(article.text))
    return tuple(_of_sentence(article, sentence, reading, speeches(reading)))


def _of_sentence(
    article: Article,
    sentence: Sentence,
    reading: Reading,
    spoken: Sequence[Speech],
) -> Iterator[Claim]:
    text = sentence.of(article.text)
    bare = Claim(article, sentence, None, None, None, stance_of(None, reading), _hedge(text), None, None)
    if not spoken or _POST.search(text):
        yield _as_quoted(bare, text)
        return
    for speech in spoken:
        claimant, at = _claimant(article, sentence, speech)
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


def _as_quoted(bare: Claim, text: str) -> Claim:
    """A sentence that names nobody: an embedded post is its author's, one all in quotation marks the last speaker's."""
    post = _POST.search(text)
    if post is not None:
        start, end = (bare.sentence.start + at for at in post.span("name"))
        author = " ".join(bare.article.text[start:end].split())
        day = post_day(text[post.start() :])
        said_on, said_when = day if day else (None, None)
        return replace(bare, claimant=author, named_at=(start, end), said_on=said_on, said_when=said_when)
    last = next(named_before(bare.article, bare.sentence), None) if _QUOTATION.fullmatch(text) else None
    return bare if last is None else replace(bare, claimant=last[0], named_at=last[1])


def _claimant(article: Article, sentence: Sentence, speech: Speech) -> tuple[str | None, tuple[int, int] | None]:
    if speech.speaker is None:
        return None, None
    own = own_name(article, sentence, speech.speaker)
    if speech.pronoun is None:
        return fuller_name(article, sentence, own)
    if speech.pronoun in PRONOUNS:
        return next(named_before(article, sentence), (None, None))
    noun = own[0].lower().split()[-1]
    for name in named_before(article, sentence, holding=noun):
        if noun in re.findall(r"\w+", name[0].lower()):
            return name
    if noun in ("report", "statement", "post"):
        return next(named_before(article, sentence), own)
    return own


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
        words = doc.text[speech.speaker[1] : day.start_char]
        return day.start_char >= speech.speaker[1] and len(words.split()) <= _NEAR and "," not in words
    if _verb_above(day.root) == verb:
        return True
    between = doc[verb.i + 1 : day.start]
    return (
        verb.i < day.start
        and len(between) <= _NEAR
        and not any(token.pos_ in ("VERB", "AUX") or token.is_punct or token.dep_ == "mark" for token in between)
    )


def _verb_above(token: Token) -> Token | None:
    for each in token.ancestors:
        if each.pos_ in ("VERB", "AUX"):
            return each
    return None
