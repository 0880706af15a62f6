"""The kind of answer that a question seeks, told from its words."""

from __future__ import annotations

import re
from enum import StrEnum


class Seeks(StrEnum):
    """The kind of answer that a question seeks."""

    PERSON = "person"
    PLACE = "place"
    TIME = "time"
    NUMBER = "number"
    SAYING = "what was said"
    MANNER = "manner"
    REASON = "reason"
    COMPARISON = "comparison"
    YES_NO = "yes or no"
    OPEN = "open"


_SPEAK = (
    r"(?:sa(?:y|id|ying)|tell|told|claim|call|descri|respond|remark|comment|reply|replied|react|write|wrote"
    # "State" is more often a part of a name: "the State Duma", "the United States".
    r"|state(?= (?:about|on|that)\b|\W*$)|announc|deny|denied|warn|argue|accus)"
)
_KINDS = (
    (
        Seeks.COMPARISON,
        r"\b(?:differ|differs|differences?|compared? (?:to|with)|contrast|versus|vs)\b"
        r"|\b(?:is|are|was|were|do|does|did) .*\b(?:more|less|fewer|\w{3,}er) .*\bthan\b"
        r"|^(?:which|who|what) .*, .+ or .+",
    ),
    (
        Seeks.NUMBER,
        r"\bhow (?:many|much|large|big|long|old|far|often|high|tall|deep|heavy|few)\b"
        r"|\b(?:what|which) (?:\w+ )?(?:number|percentage|share|amount|total|size|figure|proportion)\b",
    ),
    (Seeks.TIME, r"\bwhen\b|\b(?:what|which) (?:year|day|date|month|time|week|century|weekday)\b"),
    (
        Seeks.PLACE,
        # "Which US city", "what South Pacific nation"; not "the State Duma".
        r"\bwhere\b|\b(?:what|which) (?:[\w'.-]+ ){0,2}?"
        r"(?:city|country|nation|place|region|state|port|town|village|area|province|continent)\b"
        r"(?! (?:of|duma|council)\b)",
    ),
    (Seeks.REASON, r"\bwhy\b|\bwhat (?:is|was|were|are) the reasons?\b|\bfor what reason\b|\bhow come\b|\bwhat for\b"),
    (Seeks.SAYING, rf"\b(?:what|how) (?:did|do|does|has|have|is|are|was|were)\b.*\b{_SPEAK}|\bwhat's .*\bsaying\b"),
    (Seeks.MANNER, r"^how (?:did|does|do|was|were|is|are|has|have|will|can|could)\b|\bin what way\b"),
    (Seeks.PERSON, r"\bwho(?:m|se)?\b|\b(?:what|which) (?:person|man|woman|official|politician)\b|\bwhat is .* job\b"),
    (
        Seeks.YES_NO,
        r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|isn't|aren't|didn't|doesn't)\b",
    ),
)  # fmt: skip


def what_is_sought(question: str) -> Seeks:
    """The kind of answer that a question seeks; OPEN where its words do not tell."""
    words = question.lower().replace("’", "'")
    return next((kind for kind, pattern in _KINDS if re.search(pattern, words)), Seeks.OPEN)
