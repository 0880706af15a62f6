"""Whose words a question asks for: those of Putin in "What did Putin say about it?"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from index.article import Article, Sentence
from rag.checks.places import country
from rag.claims import claims_at
from rag.features import speaks
from rag.named import Wanted
from rag.question import Question

_SAY = (
    r"(?:say|said|saying|tell|told|telling|repl(?:y|ied)|answer(?:ed)?|comment(?:ed)?|remark(?:ed)?|promised?|pledged?"
    r"|announced?|declared?|argued?|warn(?:ed)?|think|thought|believed?|expect(?:ed)?|sum(?:med)? up|have to say)"
)
_NOBODY = r"(?:an?|this|these|those|many|some|most|other|several)"
_ASKS = re.compile(
    rf"^(?:(?:and|but|so) )?(?:(?:what|how) (?:did|do|does|has|have|is|was)|what's) "
    rf"(?P<who>(?!{_NOBODY} )(?:(?!(?:by|for|known|\w+ly) )[^\s,?]+ ){{1,6}}?)"
    rf"(?:just |ever |once |first |also |\w+ly )?{_SAY}\b(?! by\b)",
    re.IGNORECASE,
)

_NAME = re.compile(r"[A-Z][\w.’'-]*(?: (?:[A-Z][\w.’'-]*|d[aeiou]s?|del|der|van|von|bin|al|el|la|le))*")


@dataclass(frozen=True)
class Speaker:
    """Somebody whose words a question asks for.

    Attributes:
        name: As the question has it: "Putin", "the South Korean defence minister".
    """

    name: str
    _wanted: Wanted

    @property
    def _is_named(self) -> bool:
        """Whether it is a name, not what somebody is."""
        return self._wanted.person or _NAME.fullmatch(self.name) is not None

    @classmethod
    def of(cls, question: Question) -> Self | None:
        """Whose words a question asks for; None where it asks for nobody's, or for those of a country.

        Many speak for a country, and an article may name any of them.
        """
        asks = _ASKS.match((question.asked or question.resolved).replace("’", "'"))
        if asks is None or country(asks["who"].strip()):
            return None
        name = asks["who"].strip()
        wanted = Wanted.of(name, lambda _: question.variants)
        return cls(name, wanted) if wanted.groups else None

    def is_silent(self, article: Article, sentence: Sentence, before: str) -> bool:
        """Whether a sentence is not in their words.

        Who has a name is named where they speak. An office, "the Pentagon chief", an article may call otherwise, so
        that anybody may be meant who speaks where it is not named.

        Args:
            article: Where the sentence stands.
            sentence: There.
            before: The sentence before it; empty at the beginning.
        """
        text = sentence.of(article.text)
        if _is_cut_from_quote(text):
            return False
        claims = claims_at(article, sentence)
        if not self._is_named and (speaks([], text, before) or any(claim.claimant for claim in claims)):
            return False
        return not speaks([self.name], text, before) and not any(map(self._wanted.is_meant_by, claims))


def _is_cut_from_quote(text: str) -> bool:
    """Whether a sentence begins or ends inside a quotation, whose speaker may be named sentences away."""
    return text.count('"') % 2 == 1 or text.count("“") != text.count("”")
