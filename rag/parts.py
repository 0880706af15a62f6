"""Parts a question that asks two things, or the same of several people."""

from __future__ import annotations

import re

from rag.language import entities

_WH = r"(?:who|whom|whose|what|which|when|where|why|how)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
_BEFORE = r"(?:(?:about|at|by|for|from|in|of|on|to|under|with)\s+)?"
_ASKS = (
    rf"{_BEFORE}{_WH}(?:\s+many|\s+much)?\s+(?:\w+\s+){{0,2}}?"
    rf"(?:{_AUXILIARY}|said|says|signed|approved|happened)\b"
)
_BREAK = re.compile(
    rf"(?<=[?])\s+(?:and\s+)?(?=\w)|,?\s+and\s+(?={_ASKS})|,\s+and\s+(?={_WH}\s+\w+\s+\w)", re.IGNORECASE
)
_QUESTION = re.compile(rf"^(?:{_ASKS}|who\b|{_AUXILIARY}\b)", re.IGNORECASE)
_EMBEDDED = re.compile(rf"^{_AUXILIARY}\b.*\b{_WH}\b", re.IGNORECASE)
_SAY = (
    r"(?:(?:publicly |themselves )?(?:sa(?:y|id)|think|thought|claim(?:ed)?|report(?:ed)?|react(?:ed)?|respond(?:ed)?"
    r"|comment(?:ed)?|argued?|den(?:y|ied)|describ(?:ed?)|view(?:ed)?|see|saw|judged?|assess(?:ed)?|explain(?:ed)?"
    r"|warn(?:ed)?|estimated?|expect(?:ed)?|want(?:ed)?|demand(?:ed)?|ma[dk]e of|had to say|have to say|told|tell)\b)"
)
_ONE_WORD = r"(?!(?:and|or|but|each|both)\b)[^\s,?]++"
_WHO = rf"{_ONE_WORD}(?: {_ONE_WORD}){{0,5}}?"
_SEVERAL = rf"(?P<who>{_WHO}(?:, {_WHO})*,? and {_WHO})"
_EACH_SAYS = re.compile(
    rf"^(?P<opening>(?:and |but |so )?(?:what|how)) (?P<auxiliary>have|do|did) {_SEVERAL} "
    rf"(?P<says>{_SAY}(?!.*\b(?:each other|one another|together|jointly)\b).*)$",
    re.IGNORECASE,
)
_EACH_SIDE = re.compile(
    r"^(?P<opening>(?:and |but |so )?(?:what|how|where|when|why)) (?P<auxiliary>have|has|do|does|did) "
    rf"(?:each|both|the two)(?: \w+)?, {_SEVERAL}, (?P<says>\w.+)$",
    re.IGNORECASE,
)
_THE_SAME = re.compile(
    rf"^(?:do|did|have) {_SEVERAL} "
    r"(?:(?:say|said|claim|think|tell|told|report) (?:the same(?: thing| story)?|different things)"
    r"|agree|disagree|differ) (?P<rest>(?:about|on|over|as to) .+)$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    rf"^(?:compare|contrast) what {_SEVERAL} (?:(?:have|had) )?(?P<says>{_SAY}.+)$",
    re.IGNORECASE,
)
_PARTICIPLE = re.compile(r"(?:\w+d|thought)\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_WHOSE = re.compile(r"^(?:his|her|its|their)\b", re.IGNORECASE)
_OWNER = re.compile(r"^(.+?['’]s?) ")
_MOST_ASKED = 4
"""Whose words are asked for at once; each takes a search of its own."""

_SINGULAR = {"have": "has", "do": "does"}
_ONE = re.compile(r"\b(?:he|she|him|his)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(r"\b(?:he|she|him|his|her|it|its|they|them|their|there|this|these)\b", re.IGNORECASE)


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that a question is made of, each with its question mark; itself where it is one.

    It is parted before an "and" with a question word and a verb after it, and after a question mark, and only where
    every part is a question in form: "Who is X and what did he say?", not "What did X and Y agree on?", nor "Did they
    say who came, and what happened there?". What is asked of several is asked of each: "What did X and Y say?", "Do X
    and Y say the same about it?", "What does each side, X and Y, want?".
    """
    parts = [part.strip(" ,?") for part in _BREAK.split(question)]
    if (
        len(parts) < 2
        or _EMBEDDED.match(parts[0])
        or not all(_QUESTION.match(part) and len(part.split()) >= 3 for part in parts)
    ):
        parts = [question]
    each = [one for part in parts for one in _asked_of_each(part)]
    return (question,) if len(each) == 1 else tuple(f"{one[0].upper()}{one[1:].rstrip(' ?')}?" for one in each)


def _asked_of_each(question: str) -> list[str]:
    """A question for each of several of whom something is asked; itself where none are."""
    if asks := _EACH_SAYS.match(question) or _EACH_SIDE.match(question):
        who, opening, auxiliary, says = asks.group("who", "opening", "auxiliary", "says")
    elif asks := _COMPARED.match(question):
        who, opening, says = asks["who"], "what", asks["says"].rstrip(" .")
        auxiliary = "have" if _PARTICIPLE.match(says) else "do"
    elif asks := _THE_SAME.match(question):
        who, opening, auxiliary, says = asks["who"], "what", "do", f"say {asks['rest']}"
    else:
        return [question]
    first, *others = _LISTED.split(who.strip())
    is_one_name = any(" and " in entity.text and entity.text in who for entity in entities(question))
    if is_one_name or _POINTS_BACK.fullmatch(first) or len(others) >= _MOST_ASKED:
        return [question]
    owner = _OWNER.match(first)
    named = [first, *(_WHOSE.sub(owner[1] if owner else f"{first}'s", other) for other in others)]
    return [f"{opening} {_agreeing(auxiliary.lower(), each)} {each} {says}" for each in named]


def _agreeing(auxiliary: str, who: str) -> str:
    """An auxiliary of several in the number of whose it is: "American officials" are several, "the EU" is one."""
    last = who.split()[-1]
    return auxiliary if last.islower() and last.endswith("s") else _SINGULAR.get(auxiliary, auxiliary)


def asked_alone(part: str, before: str, whole: str) -> str:
    """What to look for to answer a part: itself, with a person for "he" or "she", or else the whole question.

    Args:
        part: One of `parts_of(whole)`.
        before: The part before it.
        whole: The question.
    """
    people = [entity.text for entity in entities(before) if entity.label == "PERSON"]
    if people:
        part = _ONE.sub(lambda match: f"{people[-1]}'s" if match[0].lower() == "his" else people[-1], part)
    return whole if _POINTS_BACK.search(part) else part
