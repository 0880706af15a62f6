"""How much of what an answer should say it says: the nugget scores of TREC RAG 2024.

    s_i          = 1 where nugget i is said in full, 0.5 where in part, 0 where not
    all          = mean of s_i over all nuggets
    vital        = mean of s_i over the vital ones
    weighted     = sum of w_i s_i / sum of w_i, w_i = 1 for a vital nugget, 0.5 for one that is okay to have
    all_strict, vital_strict = the same means with 0 for what is said in part

Source: Pradeep, Thakur, Upadhyay, Campos, Craswell and Lin, "Initial Nugget Evaluation Results for the TREC 2024 RAG
Track with the AutoNuggetizer Framework", arXiv:2411.09607, 2024, whose main figure is the strict vital one. There an
LLM decides what is said; here a nugget has verbatim quotes that say it, and finding one of them needs no model.

Range: 0 to 1, more is better; the vital ones are None where no nugget is vital.

Traps: these are recalls, so an answer that copies the archive gets 1; read them beside length and citation precision.
They see neither what is wrong in an answer nor where in it a nugget stands. A true sentence that words a nugget
otherwise than its quotes do is at best partial unless a judge of meaning is given. "Partial" goes by words: it also
takes in a sentence that says the opposite in the same words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from eval.metrics.citations import Supports
from index.analysis import content_terms, terms
from rag.language import numbers

Support = Literal["support", "partial_support", "not_support"]

_CREDIT: dict[Support, float] = {"support": 1.0, "partial_support": 0.5, "not_support": 0.0}
_OKAY = 0.5
_IN_PART = 0.5
"""Share of a quote's content terms from which on it is said in part."""

_QUOTATION_MARKS = re.compile("[\"'`´‘’‚‛“”„‟‹›«»′″]+")
_DASHES = re.compile("[-‐‑‒–—―−]+")

# Where a word or number may begin and end, so that "3,000" is not found in "13,000", "3,000,000" or "3,000.5".
_BEGINS = r"(?:(?=\W)|(?<!\w)(?:(?!\d)|(?<!\d[.,])))"
_ENDS = r"(?:(?<=\W)|(?!\w)(?:(?<!\d)|(?![.,]\d)))"


@dataclass(frozen=True)
class NuggetScores:
    """The scores of one answer, each from 0 to 1; the vital ones are None where no nugget is vital."""

    all_strict: float
    all: float
    vital_strict: float | None
    vital: float | None
    weighted: float


def nugget_scores(found: Sequence[tuple[bool, Support]]) -> NuggetScores:
    """Scores one answer.

    Args:
        found: Of each nugget, whether it is vital, and how far the answer says it.

    Raises:
        ValueError: There is no nugget.
    """
    if not found:
        raise ValueError("There are no nuggets, so nothing can be scored. Leave out questions without any.")
    credit = [_CREDIT[support] for _, support in found]
    strict = [float(support == "support") for _, support in found]
    vital = [place for place, (is_vital, _) in enumerate(found) if is_vital]
    weights = [1.0 if is_vital else _OKAY for is_vital, _ in found]
    return NuggetScores(
        all_strict=fmean(strict),
        all=fmean(credit),
        vital_strict=fmean(strict[place] for place in vital) if vital else None,
        vital=fmean(credit[place] for place in vital) if vital else None,
        weighted=fmean(credit, weights),
    )


def nugget_support(nugget: str, quotes: Sequence[str], statements: Sequence[str], supports: Supports | None) -> Support:
    """How far the statements of an answer say a nugget.

    Args:
        nugget: What it is, in a sentence.
        quotes: Each of them alone says it.
        statements: Of the answer.
        supports: Where given, asked of each statement whether it says the nugget.

    Returns:
        "support" where a statement holds a quote, or says the nugget as `supports` sees it; "partial_support" where at
        least half of the content terms of a quote and all its numbers stand in one statement; else "not_support".
    """
    if any(holds(statement, quote) for statement in statements for quote in quotes):
        return "support"
    if supports is not None and any(supports(nugget, [statement]) for statement in statements):
        return "support"
    if any(_says_in_part(statement, quote) for statement in statements for quote in quotes):
        return "partial_support"
    return "not_support"


def holds(text: str, words: str) -> bool:
    """Whether a text holds words in that order, as whole words and numbers.

    Capitals, the number of blanks, and the kinds of quotation marks, apostrophes and dashes make no difference. "3,000"
    does not stand in "13,000" nor in "3,000,000", nor "ran" in "Iran". No words at all stand nowhere.
    """
    wanted = _normal(words)
    return bool(wanted) and re.search(_BEGINS + re.escape(wanted) + _ENDS, _normal(text)) is not None


def _normal(text: str) -> str:
    return " ".join(_DASHES.sub("-", _QUOTATION_MARKS.sub("'", text)).casefold().split())


def _says_in_part(statement: str, quote: str) -> bool:
    wanted = content_terms(quote)
    said = set(wanted) & set(terms(statement))
    return bool(wanted) and len(said) >= _IN_PART * len(wanted) and numbers(quote) <= numbers(statement)
