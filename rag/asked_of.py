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
    r"|announced?|declared?|argued?|warn(?:ed)?|think|thought|believed?|expect(?:ed)?|sum(?:med)? up|have to say|write"
    r"|wrote|written|described?)"
)
_ASKS = re.compile(
    rf"^(?:(?:and|but|so) )?(?:(?:what|how) (?:did|do|does|has|have|is|was)|what's) "
    rf"(?P<who>(?!(?:an?|this|these|those|many|some|most|other|several) )(?:(?!(?:by|for|known) )[^\s,?]+ ){{1,6}}?)"
    rf"(?:just |ever |once |publicly )?{_SAY}\b(?! by\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Speaker:
    """Somebody whose words a question asks for.

    Attributes:
        name: As the question has it: "Putin", "the South Korean defence minister".
    """

    name: str
    _wanted: Wanted

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

        A person is named where they speak. An office, "the Pentagon chief", an article may call otherwise, so that only
        what names it where nobody says anything is not in its words.

        Args:
            article: Where the sentence stands.
            sentence: There.
            before: The sentence before it; empty at the beginning.
        """
        text = sentence.of(article.text)
        if not self._wanted.person and not self._wanted.stands_in(text):
            return False
        by = [self.name] if self._wanted.person else []
        return not speaks(by, text, before) and not any(
            self._wanted.is_meant_by(claim) for claim in claims_at(article, sentence)
        )
