"""What a run is turned into: nothing foreign alive in it, nothing left out without a word."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from eval.comparison import Comparison, FigureChange, RowChange, ScoreChange, SuiteComparison, compare, load_run
from eval.gate import Breach
from eval.measure import mean
from eval.record import Row, Run, SuiteRecord
from eval.report import write_reports
from eval.report.html import html
from eval.report.junit import junit
from eval.report.markdown import LONGEST, markdown, safe
from eval.report.wording import duration, figure, signed
from index.errors import EvalError

MEASURES = {
    "corpus": (
        mean("accuracy", "the first statement is right"),
        mean("recall@10", "passages with gold among the first 10"),
        mean("words", "words in an answer", better="less"),
    )
}
HOSTILE = (
    "<script>alert(1)</script> | `code` ]]> <img src=x onerror=alert(1)> --> </details></style> @octocat #12 GH-7 "
    "https://evil.example/x ![x](http://evil.example) *bold* $a$ "
    "\x00\x07\x1b[31m \u202eturned\u200f {{ 7 * 7 }}\r\n\n# head"
)
CITATION = {
    "number": 1,
    "article_id": "a.txt",
    "path": "a.txt",
    "title": "Kim aids Putin",
    "outlet": "The Herald",
    "date": "2024-10-25",
    "not_before": None,
    "start": 0,
    "end": 22,
    "quote": "About 10,000 are there.",
    "origin": "a.txt",
}
ANSWER: dict[str, Any] = {
    "question": "How many?",
    "resolved_question": "How many soldiers?",
    "status": "answered",
    "as_of": None,
    "text": "About 10,000 are there. [1]",
    "statements": [
        {
            "text": "About 10,000 are there.",
            "kind": "quote",
            "claimant": "Kirby",
            "stance": "denies",
            "citations": [1],
            "verdict": {"label": "supported", "score": 0.97, "checks": {"numbers": True, "names": False}},
        }
    ],
    "citations": [CITATION],
    "removed": [{"text": "They are winning.", "reason": "unsupported"}],
    "missing": None,
    "related": [],
}
SILENT = {
    **ANSWER,
    "status": "abstained",
    "statements": [],
    "citations": [],
    "removed": [],
    "missing": "No word of it.",
}

anything = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"'`|@#$*_[]()!\n\r\t\0 "), max_size=80)


def run_of(*rows: Row, name: str = "corpus", **timings: Any) -> Run:
    measures = MEASURES["corpus"]
    kinds = sorted({row.kind for row in rows})
    record = SuiteRecord(
        about="Questions on five articles.",
        rows=rows,
        figures={each.name: each.of(rows) for each in measures},
        by_kind={
            kind: {each.name: each.of([r for r in rows if r.kind == kind]) for each in measures} for kind in kinds
        },
    )
    return Run(dateline="0.1.0", commit="abc1234+", settings={"passages": 12}, suites={name: record}, timings=timings)


def row(number: int, question: str = "How many?", **given: Any) -> Row:
    values: dict[str, Any] = {"kind": "fact", "answer": ANSWER, "scores": {"accuracy": 1.0, "words": 40}, **given}
    return Row(id=f"case-{number}", question=question, **values)


def hostile(text: str) -> Run:
    answer = json.loads(json.dumps(ANSWER).replace("About 10,000 are there.", json.dumps(text)[1:-1]))
    citation = {**CITATION, "title": text, "outlet": text, "path": text, "quote": text}
    given = {"kind": text, "context": (text,), "gold": (text,), "lost": (text, text)}
    rows = (
        row(1, text, **given, answer={**answer, "citations": [citation], "resolved_question": text}),
        row(2, text, **{**given, "kind": "other"}, answer={**SILENT, "missing": text, "related": [citation]}),
        row(3, text, answer={"hits": [text]}),
    )
    run = run_of(*rows, started="2026-10-29T10:12:00+00:00", machine=text)
    return run.model_copy(update={"settings": {text or "none": text}, "commit": text or None})


def reports(
    run: Run, comparison: Comparison | None = None, breaches: Sequence[Breach] | None = None
) -> tuple[str, str]:
    return (
        markdown(run, measures=MEASURES, comparison=comparison, breaches=breaches),
        html(run, measures=MEASURES, comparison=comparison, breaches=breaches),
    )


def against(run: Run) -> Comparison:
    """With a run of which every row got worse, and with foreign text in every part of it."""
    changes = tuple(RowChange(each, (ScoreChange(MEASURES["corpus"][0], 1, 0),)) for each in run.suites["corpus"].rows)
    figures = tuple(FigureChange(measure, 0.5, 0.25, (-0.5, -0.125)) for measure in MEASURES["corpus"])
    foreign = changes[0].row.question
    suite = SuiteComparison(3, figures, changes, changes, (foreign,), (foreign,), (foreign,))
    return Comparison(foreign, {foreign: (foreign, None)}, {"corpus": suite}, (foreign,), (foreign,))


BREACH = Breach("corpus", "accuracy", 0.812, 0.83, "below")


class Page(HTMLParser):
    """Reads a page, and notes what it is made of."""

    EMPTY = ("meta", "input", "br")

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(source)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += " " * (tag in ("li", "dt", "dd"))
        if tag not in self.EMPTY:
            self.open.append(tag)
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += "" if self.open[-1:] == ["style"] else data

    def values(self, tag: str, name: str) -> list[str]:
        return [value for on, each, value in self.attributes if (on, each) == (tag, name)]


class TestPage:
    @settings(max_examples=50)
    @given(text=anything | st.just(HOSTILE))
    def test_nothing_foreign_is_alive(self, text: str) -> None:
        run = hostile(text)
        page = Page(reports(run, against(run), [BREACH])[1])
        ours = Page(reports(hostile("x"), against(hostile("x")), [BREACH])[1])
        assert set(page.tags) <= set(ours.tags) - {"script", "img", "link", "iframe"}
        assert {(tag, name) for tag, name, _ in page.attributes} <= {(tag, name) for tag, name, _ in ours.attributes}
        assert all(href.startswith("#") for href in page.values("a", "href"))
        assert not any(name.startswith("on") or name in ("src", "style") for _, name, _ in page.attributes)
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", page.text)

    def test_shows_foreign_text_as_it_is(self) -> None:
        page = Page(reports(hostile("<b>R&D</b> {{ 7 * 7 }} ]]>"))[1])
        assert page.text.count("<b>R&D</b> {{ 7 * 7 }} ]]>") > 10 and "49" not in page.text

    def test_loads_nothing(self) -> None:
        source = reports(run_of(row(1)))[1]
        assert re.search(r"default-src 'none'; style-src 'unsafe-inline'", source)
        assert "url(" not in source and "@import" not in source and "http" not in source.replace("http-equiv", "")

    def test_shows_a_case_whole(self) -> None:
        lost = ("the first statement is wrong", "a vital nugget is missing")
        run = run_of(row(1, lost=lost, gold=("vital: about 10,000",), context=("as of 2024-10-26",)))
        text = Page(reports(run)[1]).words
        for part in (
            "How many? fact · case-1 · as of 2024-10-26 Lost points: the first statement is wrong (and 1 more)",
            "Read as: How many soldiers?",
            "About 10,000 are there. [1] supported, score 0.97 · fails on names · denies · Kirby",
            "Kim aids Putin · The Herald · 25 October 2024 · a.txt",
            "Removed They are winning. (unsupported)",
            "Why it lost points the first statement is wrong a vital nugget is missing",
            "Expected vital: about 10,000",
            "Scores accuracy 1 words 40",
        ):
            assert part in text

    def test_shows_an_abstention_and_what_asks_nothing(self) -> None:
        undated = {**CITATION, "date": None, "not_before": "2024-10-29"}
        run = run_of(row(1, answer={**SILENT, "related": [undated]}), row(2, answer=None), row(3, answer={"hits": [3]}))
        text = Page(reports(run)[1]).words
        assert (
            "Abstained. No word of it." in text and "Nearest passages" in text and "not before 29 October 2024" in text
        )
        assert "Nothing is asked here." in text and '{ "hits": [ 3 ] }' in text

    def test_marks_the_rows_that_lost_points(self) -> None:
        page = Page(reports(run_of(row(1, lost=("wrong",)), row(2), row(3)))[1])
        assert page.values("details", "class") == ["row lost", "row whole", "row whole"]
        assert "3 cases, 1 of which lost points" in page.text and "Show only the 1 that lost points" in page.text

    def test_leads_to_the_rows_that_changed(self) -> None:
        before = run_of(*(row(n) for n in range(3)))
        after = run_of(
            row(0), row(1, scores={"accuracy": 0.0, "words": 40}), row(2, scores={"accuracy": 1.0, "words": 30})
        )
        source = reports(after, compare(before, after, MEASURES))[1]
        page = Page(source)
        assert page.values("a", "href") == ["#case-0-1", "#case-0-2"]
        assert set(page.values("a", "href")) <= {f"#{anchor}" for anchor in page.values("div", "id")}
        text = page.words
        assert "1 case got worse" in text and "accuracy 1, now 0 worse" in text and "words 40, now 30 better" in text

    def test_is_labelled(self) -> None:
        run = run_of(row(1, lost=("wrong",)), row(2, kind="speaker"))
        page = Page(reports(run, compare(run, run, MEASURES), [BREACH])[1])
        assert page.values("html", "lang") == ["en"]
        ids = [value for _, name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        assert {*page.values("section", "aria-labelledby"), *page.values("label", "for")} <= set(ids)
        assert page.tags.count("h1") == 1 and page.tags.index("h1") < page.tags.index("h2") < page.tags.index("h3")


class TestSummary:
    def test_begins_with_the_gate(self) -> None:
        assert reports(run_of(row(1)))[0].startswith("## Evals: no gate was named\n")
        assert reports(run_of(row(1)), None, [])[0].startswith("## Evals: the gate is met\n")
        assert reports(run_of(row(1)), None, [BREACH])[0].startswith(
            "## Evals: the gate is not met\n\n- `corpus.accuracy is 0.812, below 0.83`\n"
        )

    def test_has_every_figure(self) -> None:
        summary = reports(run_of(row(1), row(2, kind="speaker", scores={"accuracy": 0.5}, lost=("half",))))[0]
        assert "**2 cases**, 1 of which lost points. Questions on five articles." in summary
        assert "| `accuracy` | the first statement is right | 0.750 |" in summary
        assert "| `recall@10` | passages with gold among the first 10 | – |" in summary
        assert "| `words` | words in an answer (less is better) | 40.0 |" in summary
        assert "| speaker | 1 | 0.500 | – | – |" in summary
        assert "- Commit: abc1234+\n" in summary and "- passages: 12" in summary

    def test_has_the_difference(self) -> None:
        before = run_of(*(row(n, scores={"accuracy": 0.0, "words": 50}) for n in range(10)), row(99))
        after = run_of(*(row(n, scores={"accuracy": 1.0, "words": 60.5}) for n in range(10)))
        summary = reports(after, compare(before, after, MEASURES))[0]
        assert "Figures against commit `abc1234+`, on the cases that both runs have: 1 worse, 1 better." in summary
        assert "| 1.000 | 0.000 | +1.000 | +1.000 to +1.000 | **better** |" in summary
        assert "| 60.5 | 50.0 | +10.5 | +10.5 to +10.5 | **worse** |" in summary
        assert "over the 10 cases that both have; 1 case only in the earlier one (case-99)." in summary
        assert "10 cases got better" in summary and "got worse" not in summary
        assert "- **case-0** (fact): How many?<br>`accuracy 0, now 1; words 50, now 60.5`" in summary

    def test_says_what_it_leaves_out(self) -> None:
        before = run_of(*(row(n) for n in range(30)))
        after = run_of(*(row(n, scores={"accuracy": 0.0, "words": 40}) for n in range(30)))
        summary = reports(after, compare(before, after, MEASURES), [BREACH] * 25)[0]
        assert summary.count("- **case-") == 10 and "20 more in `report.html`." in summary
        assert summary.count("below 0.83") == 20 and "5 more in `report.html`." in summary

    @settings(max_examples=30)
    @given(text=anything, suites=st.integers(1, 40), cases=st.integers(0, 30), long=st.booleans())
    def test_fits_a_comment(self, text: str, suites: int, cases: int, long: bool) -> None:
        question = text * 100 if long else text
        run = run_of(*(row(n, question, kind=f"{text}{n}", lost=(question,)) for n in range(cases)), row(99, question))
        names = [f"{text} {n}" for n in range(suites)]
        many = {
            "suites": dict.fromkeys(names, run.suites["corpus"]),
            "settings": dict.fromkeys((f"{text}{n}" for n in range(99)), question),
        }
        everywhere = replace(against(run), suites=dict.fromkeys(names, against(run).suites["corpus"]))
        summary = markdown(
            run.model_copy(update=many),
            measures=dict.fromkeys(names, MEASURES["corpus"]),
            comparison=everywhere,
            breaches=[Breach(question, text, None, 0.5, "below")] * cases,
        )
        assert len(summary) <= LONGEST
        assert summary.count("### ") == suites or "in `report.html`." in summary

    @given(text=anything | st.just(HOSTILE))
    def test_nothing_foreign_is_alive(self, text: str) -> None:
        shown = safe(text, 10_000)
        page = Page(
            MarkdownIt("commonmark").enable("table").render(f"| head |\n|---|\n| a {shown} |\n\n- **x** {shown}")
        )
        assert page.tags.count("td") == 1 and page.tags.count("li") == 1
        assert set(page.tags) <= {"table", "thead", "tbody", "tr", "th", "td", "ul", "li", "strong", "span"}
        assert page.tags.count("strong") == 1 and not [each for each in page.attributes if each[0] != "th"]
        assert not re.search(r"[@#]\w|://|GH-\d|www\.", page.text, re.IGNORECASE)

    @given(text=st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=80))
    def test_shows_foreign_text_as_it_is(self, text: str) -> None:
        shown = Page(MarkdownIt("commonmark").render(f"x {safe(text, 100)} x")).text.replace("\u200b", "")
        assert shown.strip() == f"x {' '.join(text.split())} x"

    def test_two_dollars_are_no_mathematics(self) -> None:
        assert safe("$5 or $10", 50) == "<span>$</span>5 or <span>$</span>10"

    def test_a_hostile_run_is_one_table_a_suite(self) -> None:
        run = hostile(HOSTILE)
        source = reports(run, against(run), [BREACH])[0]
        page = Page(MarkdownIt("commonmark").enable("table").render(source))
        assert page.tags.count("table") == 2
        assert not {"script", "img", "a"} & set(page.tags)


class TestJUnit:
    def test_counts(self) -> None:
        run = run_of(
            row(1, lost=("wrong", "too long")),
            row(2),
            seconds=3.5,
            started="2026-10-29T10:12:00+00:00",
            suites={"corpus": {"seconds": 3.0, "rows": {"case-1": 0.25}}},
        )
        root = ET.fromstring(junit(run, [BREACH]).encode())
        assert (root.get("tests"), root.get("failures"), root.get("skipped"), root.get("time")) == (
            "3",
            "1",
            "1",
            "3.500",
        )
        corpus, gate = root
        assert [corpus.get(name) for name in ("name", "tests", "failures", "errors", "time", "timestamp")] == [
            "corpus", "2", "0", "0", "3.000", "2026-10-29T10:12:00+00:00",
        ]  # fmt: skip
        assert {each.get("name"): each.get("value") for each in corpus.iter("property")} == {
            "accuracy": "1.0",
            "recall@10": "",
            "words": "40.0",
        }
        first, second = corpus.iter("testcase")
        assert (first.get("classname"), first.get("name"), first.get("time")) == (
            "corpus.fact",
            "case-1: How many?",
            "0.250",
        )
        (skipped,) = first
        assert (skipped.tag, skipped.get("message"), skipped.text) == ("skipped", "wrong", "wrong\ntoo long")
        assert len(second) == 0 and second.get("time") is None
        assert [each.get("message") for each in gate.iter("failure")] == ["corpus.accuracy is 0.812, below 0.83"]

    def test_the_gate(self) -> None:
        assert [each.get("name") for each in ET.fromstring(junit(run_of(row(1)), None).encode())] == ["corpus"]
        gate = ET.fromstring(junit(run_of(row(1)), []).encode())[1]
        assert (gate.get("name"), gate.get("tests"), gate.get("failures")) == ("gate", "1", "0")

    @given(text=st.text(max_size=60) | st.just(HOSTILE))
    def test_is_xml_whatever_it_holds(self, text: str) -> None:
        run = run_of(row(1, text, kind=text, lost=(text, "more")), name=text)
        root = ET.fromstring(junit(run, [Breach(text, text, None, 1, "below")]).encode())
        legal = re.sub("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)
        (case,) = root[0].iter("testcase")
        assert case.get("name") == " ".join(f"case-1: {legal}".split())
        skipped = case.find("skipped")
        assert skipped is not None and skipped.text is not None
        assert skipped.text.replace("\r\n", "\n") == f"{legal}\nmore".replace("\r\n", "\n").replace("\r", "\n")


class TestWriting:
    def test_writes_everything(self, tmp_path: Path) -> None:
        run = run_of(row(1), row(2, HOSTILE))
        folder = tmp_path / "out" / "today"
        for _ in range(2):
            files = write_reports(run, folder, measures=MEASURES, comparison=None, breaches=[])
        assert [file.name for file in files] == ["run.json", "summary.md", "report.html", "junit.xml"]
        assert sorted(files) == sorted(folder.iterdir())
        assert load_run(files[0]) == run
        assert files[0].read_text(encoding="utf-8").endswith("}\n")
        assert files[1].read_text(encoding="utf-8") == reports(run, None, [])[0]

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(EvalError, match="cannot be written"):
            write_reports(run_of(row(1)), tmp_path / "file" / "out", measures=MEASURES, comparison=None, breaches=None)


def test_figures_in_words() -> None:
    assert [figure(value) for value in (None, 0.8125, 43.21, 1250.4, -0.5, -0.0001, float("nan"))] == [
        "–", "0.812", "43.2", "1,250", "−0.500", "0.000", "nan",
    ]  # fmt: skip
    assert [signed(value, like) for value, like in ((0.0123, 0.8), (-2.5, 43.0), (0.00001, 0.5), (None, None))] == [
        "+0.012", "−2.5", "0.000", "–",
    ]  # fmt: skip
    assert [duration(value) for value in (0.314, 12.4, 200, 7500)] == ["0.31 s", "12.4 s", "3 min 20 s", "2 h 5 min"]
