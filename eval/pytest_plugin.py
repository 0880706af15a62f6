"""For pytest: the fixture `dateline_engine`, over the archive that `--dateline-corpus` or `dateline_corpus` names.

pytest finds this module by itself wherever Dateline is installed. What it needs is imported when the fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rag import AnswerEngine


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option and the line of pytest's own configuration that name the archive."""
    says = "folder of articles that the fixture dateline_engine answers from"
    parser.getgroup("dateline").addoption("--dateline-corpus", metavar="DIR", help=says)
    parser.addini("dateline_corpus", says)


@pytest.fixture(scope="session")
def dateline_engine(pytestconfig: pytest.Config) -> Iterator[AnswerEngine]:
    """An engine over the archive under test, its index brought up to date first."""
    from rag import AnswerEngine

    named = pytestconfig.getoption("--dateline-corpus") or pytestconfig.getini("dateline_corpus")
    with AnswerEngine.open(pytestconfig.rootpath / named if named else None) as engine:
        yield engine
