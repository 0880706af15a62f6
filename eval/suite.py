"""What a suite is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from eval.measure import Measure
from eval.record import Row
from index.settings import Settings
from index.syncing import Progress


@dataclass(frozen=True)
class Context:
    """What a suite is given.

    Attributes:
        settings: For every engine that it opens.
        data: Where the user says that the test set is, or None.
        work: A folder of its own that is kept between runs, for the index of a test set.
        tell: To be told how far it is: what is done, how many are done, of how many.
        stack: Closes what the suite opened, once the run is over.
    """

    settings: Settings
    data: Path | None
    work: Path
    tell: Progress
    stack: ExitStack = field(default_factory=ExitStack)


@dataclass(frozen=True)
class Task:
    """One row that is yet to be made; `run` may be called from any thread, once."""

    id: str
    run: Callable[[], Row]


class Suite(Protocol):
    """Asks or tries many things of one kind.

    Attributes:
        name: As on the command line.
        about: One line: what is measured, on what.
        measures: Its figures, in the order in which they are shown.
    """

    name: str
    about: str
    measures: Sequence[Measure]

    def tasks(self, context: Context) -> Sequence[Task]:
        """Reads its data, opens what it needs, and gives what there is to do, always in the same order.

        Raises:
            EvalError: The test set is missing, or not of its format.
        """
        ...
