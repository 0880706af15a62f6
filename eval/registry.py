"""The suites by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.measure import Measure
from eval.suite import Suite
from eval.suites.beir import BeirSuite
from eval.suites.bipia import BipiaSuite
from eval.suites.claims import ClaimsSuite
from eval.suites.corpus import CasesSuite, CorpusSuite
from eval.suites.multihop_rag import MultihopRagSuite
from eval.suites.realtimeqa import RealtimeqaSuite
from eval.suites.squad2 import Squad2Suite
from eval.suites.verifier import VerifierSuite
from index.errors import EvalError

_BUILT_IN: tuple[Suite, ...] = (CorpusSuite(), VerifierSuite(), ClaimsSuite())
_PUBLIC: tuple[Suite, ...] = (RealtimeqaSuite(), MultihopRagSuite(), Squad2Suite(), BipiaSuite(), BeirSuite())

MEASURES: Mapping[str, Sequence[Measure]] = {
    suite.name: suite.measures for suite in (*_BUILT_IN, CasesSuite(), *_PUBLIC)
}
"""The measures of every suite, by its name."""


def named(suite: str | None, data: Path | None) -> tuple[list[Suite], Path | None]:
    """The suites that a name stands for, and where their data are.

    Args:
        suite: A name; a path of cases of one's own; None for all that come with their data.
        data: Where a public test set is.

    Raises:
        EvalError: There is no such suite, or it needs data and was given none, or the other way about.
    """
    known = {each.name: each for each in (*_BUILT_IN, *_PUBLIC)}
    if suite is None:
        _without_data("the built-in suites", data)
        return list(_BUILT_IN), None
    if suite in known:
        if known[suite] in _BUILT_IN:
            _without_data(f"the suite {suite!r}", data)
        elif data is None:
            raise EvalError(f"The suite {suite!r} needs its test set. Say where it is: --data PATH.")
        return [known[suite]], data
    path = Path(suite)
    if path.suffix in (".yaml", ".yml", ".jsonl") or path.is_dir():
        _without_data("a file of cases", data)
        return [CasesSuite()], path
    raise EvalError(f"There is no suite {suite!r}. Name a file of cases, or one of: {', '.join(known)}.")


def _without_data(what: str, data: Path | None) -> None:
    if data is not None:
        raise EvalError(f"--data is {str(data)!r}, but {what} needs no test set. Leave it out, or name its suite.")
