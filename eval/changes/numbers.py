"""Other numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from eval.changes.dates import is_of_date
from eval.changes.editing import by_table, replaced, replaced_together, table
from eval.changes.reading import Source

_ONES = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# One is not among them: what it counts would change its form.
_WORDS = {word: n for n, word in enumerate(_ONES, 2)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_NAMED = {value: word for word, value in _WORDS.items()}
_SCALES = {"million": 1_000_000, "thousand": 1_000, "hundred": 100}
_NUMBER = re.compile(
    rf"(?<![\w.,$€£-])(\d{{1,3}}(?:,\d{{3}})+|\d{{1,12}}|{'|'.join(_WORDS)})"
    rf"(?: ({'|'.join(_SCALES)}))?(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
_LOWER_BOUND = re.compile(r"\b(?:at least|more than|over|no fewer than|no less than) $", re.IGNORECASE)
_UPPER_BOUND = re.compile(r"\b(?:up to|at most|as many as|fewer than|less than|under|no more than) $", re.IGNORECASE)
_NEAR = 10
_VAGUE = table(
    (r"several thousand", "several hundred"),
    (r"several hundred", "several thousand"),
    (r"thousands", "dozens"),
    (r"hundreds", "thousands"),
    (r"dozens", "thousands"),
    (r"the first (?=such|time|of)", "the second "),
)


@dataclass(frozen=True)
class Amount:
    """A number in a sentence; `start` and `end` count characters from 0."""

    value: int
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """The numbers of a sentence, in figures or words, from 2 on and without those of dates."""
    matches = (match for match in _NUMBER.finditer(text) if not is_of_date(text, match.start()))
    found = (Amount(_value(match[1]) * _SCALES.get((match[2] or "").lower(), 1), *match.span()) for match in matches)
    return [amount for amount in found if amount.value > 1]


def number(source: Source) -> Iterator[str]:
    """Another number: the next up or down, a fifth more or less, ten times or a tenth of it; or another vague one."""
    text = source.text
    for amount in amounts(text):
        for value in _others(text, amount):
            yield replaced(text, amount.start, amount.end, written(value, text[amount.start : amount.end]))
    yield from by_table(text, _VAGUE)


def numbers_exchanged(source: Source) -> Iterator[str]:
    """Two numbers of one sentence in each other's place."""
    text = source.text
    for one, other in combinations(amounts(text), 2):
        if one.value != other.value:
            first, second = text[one.start : one.end], text[other.start : other.end]
            yield replaced_together(text, [(one.start, one.end, second), (other.start, other.end, first)])


def number_of_other(source: Source, other: Source) -> Iterator[str]:
    """A number of another sentence in place of one of this sentence."""
    for amount in amounts(source.text):
        for foreign in amounts(other.text):
            is_near = amount.value <= _NEAR * foreign.value and foreign.value <= _NEAR * amount.value
            if is_near and _is_false(source.text, amount, foreign.value):
                words = other.text[foreign.start : foreign.end].lower()
                yield replaced(source.text, amount.start, amount.end, words)


def written(value: int, like: str) -> str:
    """A number in words where the model of it is in words, or where it is round; else in figures."""
    if not like[0].isdigit() and value in _NAMED:
        return _NAMED[value]
    for name, scale in _SCALES.items():
        if value >= scale:
            if value % scale or value // scale not in _NAMED:
                break
            return f"{_NAMED[value // scale]} {name}"
    return f"{value:,}"


def _value(written: str) -> int:
    return _WORDS.get(written.lower()) or int(written.replace(",", ""))


def _others(text: str, amount: Amount) -> list[int]:
    """Values that the sentence rules out, the most telling first."""
    value, unit = amount.value, 10 ** (len(str(amount.value)) - 1)
    proposed = [value + unit, value - value // 5, 10 * value, value // 10, value + value // 5, value - unit]
    if not text[amount.start].isdigit():
        proposed = [value + unit, value + 3 * unit, value - unit]
    return [other for other in dict.fromkeys(proposed) if other > 1 and _is_false(text, amount, other)]


def _is_false(text: str, amount: Amount, value: int) -> bool:
    """Whether the sentence rules the value out: "at least 3,000" none of the smaller, "up to" none of the larger."""
    before = text[: amount.start]
    is_implied = _UPPER_BOUND.search(before) if value > amount.value else _LOWER_BOUND.search(before)
    return not is_implied and value not in {other.value for other in amounts(text)}
