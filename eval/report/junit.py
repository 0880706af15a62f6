"""JUnit XML, which continuous integration services show as tests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from eval.gate import Breach
from eval.record import Row, Run, SuiteRecord
from eval.report.wording import suite_timings

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even as a reference (section 2.2, Char)."""


def junit(run: Run, breaches: Sequence[Breach] | None) -> str:
    """A test suite for each suite, a test case for each row, and one more suite for the gate.

    Args:
        run: A row that lost points is a skipped test that says why: only the gate tells whether a run is good enough.
        breaches: What the gate found, a failed test each; None where no gate was named.
    """
    root = ET.Element("testsuites", name="dateline eval")
    for name, record in run.suites.items():
        _suite(root, run, name, record)
    if breaches is not None:
        _gate(root, breaches)
    for count in ("tests", "failures", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    _time(root, run.timings.get("seconds"))
    ET.indent(root)
    # The declaration is written here since ElementTree names the encoding of the locale in it.
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, run: Run, name: str, record: SuiteRecord) -> None:
    timings = suite_timings(run, name)
    suite = _begin(root, name, len(record.rows), skipped=sum(bool(row.lost) for row in record.rows))
    if started := run.timings.get("started"):
        suite.set("timestamp", _legal(str(started)))
    _time(suite, timings.get("seconds"))
    properties = ET.SubElement(suite, "properties")
    for measure, value in record.figures.items():
        ET.SubElement(properties, "property", name=_legal(measure), value="" if value is None else repr(value))
    for row in record.rows:
        _case(suite, name, row, timings.get("rows", {}).get(row.id))


def _case(suite: ET.Element, name: str, row: Row, seconds: float | None) -> None:
    title = " ".join(_legal(f"{row.id}: {row.question}").split())
    case = ET.SubElement(suite, "testcase", classname=_legal(f"{name}.{row.kind}"), name=title)
    _time(case, seconds)
    if row.lost:
        ET.SubElement(case, "skipped", message=_legal(row.lost[0])).text = _legal("\n".join(row.lost))


def _gate(root: ET.Element, breaches: Sequence[Breach]) -> None:
    suite = _begin(root, "gate", max(len(breaches), 1), failures=len(breaches))
    for breach in breaches:
        name = _legal(f"{breach.suite}.{breach.measure}")
        _fail(ET.SubElement(suite, "testcase", classname="gate", name=name), breach)
    if not breaches:
        # A suite without a test is left out of what services show, and so would be that the gate was met.
        ET.SubElement(suite, "testcase", classname="gate", name="every figure is within its thresholds")


def _begin(root: ET.Element, name: str, tests: int, *, failures: int = 0, skipped: int = 0) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name=_legal(name))
    for key, value in {"tests": tests, "failures": failures, "errors": 0, "skipped": skipped}.items():
        suite.set(key, str(value))
    return suite


def _fail(case: ET.Element, breach: Breach) -> None:
    ET.SubElement(case, "failure", message=_legal(str(breach)), type="breach").text = _legal(str(breach))


def _time(element: ET.Element, seconds: float | None) -> None:
    if seconds is not None:
        element.set("time", f"{seconds:.3f}")


def _legal(text: str) -> str:
    return _ILLEGAL.sub("", text)
