from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag import AnswerEngine, Citation, Timeline
from rag.answer import Figure, Searched
from ui import exports, plot, tables

HOW_MANY = "How many North Korean soldiers are in Russia?"
HOSTILE = (
    "<script>alert(1)</script> $x^2$ ![i](http://a.example/i.png) | [l](javascript:x) =cmd|' /C calc'!A0 & \x1b[2J"
)
SVG = "{http://www.w3.org/2000/svg}"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session", autouse=True)
def _drawing_keeps_its_state_in_tmp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLCONFIGDIR", str(tmp_path_factory.mktemp("matplotlib")))
        yield


def timeline_of(*points: Figure) -> Timeline:
    cited = Citation(
        number=1, article_id="a", path="a.txt", title=HOSTILE, outlet=HOSTILE, date=None, not_before=None,
        start=0, end=len(HOSTILE), quote=HOSTILE, origin="o",
    )  # fmt: skip
    searched = Searched(articles=1, from_=None, to=None, undated=1)
    return Timeline(subject=HOSTILE, as_of=None, points=points, citations=(cited,), searched=searched)


def point(value: float | None, **given: object) -> Figure:
    return Figure.model_validate(
        {"low": None, "high": None, "unit": HOSTILE, "hedge": HOSTILE, "claimant": HOSTILE, "date": None, "citation": 1}
        | given
        | {"value": value}
    )


cells = st.none() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]))


class TestCsv:
    @given(rows=st.lists(st.lists(cells, min_size=2, max_size=2), max_size=4))
    def test_comes_back_as_it_was_with_formulas_made_text(self, rows: list[list[tables.Cell]]) -> None:
        written = tables.as_csv(tables.Table(("one", "other"), tuple(map(tuple, rows))))
        back = list(csv.reader(io.StringIO(written, newline=""), strict=True))
        assert back[0] == ["one", "other"]
        assert len(back) == len(rows) + 1
        for read, row in zip(back[1:], rows, strict=True):
            for got, cell in zip(read, row, strict=True):
                if isinstance(cell, str):
                    assert got.removeprefix("'") in (tables.printable(cell), tables.printable(cell).removeprefix("'"))
                    assert not got.startswith(("=", "+", "-", "@", "\t", "\r"))
                else:
                    assert got == ("" if cell is None else str(cell))

    @pytest.mark.parametrize("opening", ["=", "+", "-", "@", "\t=", "\r="])
    def test_a_formula_gets_an_apostrophe_and_a_number_none(self, opening: str) -> None:
        written = tables.as_csv(tables.Table(("text", "number"), ((f"{opening}1+1", -5),)))
        assert list(csv.reader(io.StringIO(written, newline="")))[1] == [f"'{opening}1+1", "-5"]

    def test_holds_every_claim_and_figure_with_its_place(self, engine: AnswerEngine) -> None:
        answer = engine.ask(HOW_MANY)
        view = exports.of_answer(answer)
        rows = list(csv.DictReader(io.StringIO(tables.as_csv(view.table), newline="")))
        assert [int(row["citation"]) for row in rows] == [each.citation for each in exports.who_says_what(answer)]
        texts = {article.path: article.text for article in engine.articles()}
        assert all(texts[row["path"]][int(row["start"]) : int(row["end"])] == row["quote"] for row in rows)
        figures = tables.all_of_figures(Timeline.of(answer))
        values = [row["value"] for row in csv.DictReader(io.StringIO(tables.as_csv(figures), newline=""))]
        assert sorted(filter(None, values)) == ["10000", "12000", "12000", "1500", "1500", "3", "3000", "3000", "500"]


class TestMarkdown:
    def test_nothing_foreign_is_alive(self) -> None:
        shown = timeline_of(point(5.0, sort="sent"), point(3.0, date="2024-10-01"))
        tokens = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(exports.of_timeline(shown).markdown)
        inline = [child for token in tokens for child in token.children or ()]
        assert {child.type for child in inline} <= {"text", "text_special", "html_inline", "softbreak"}
        assert {child.content for child in inline if child.type == "html_inline"} <= {"<span>", "</span>"}
        assert not [token for token in tokens if token.type == "html_block"]
        assert [token.type for token in tokens].count("tr_open") == 3
        assert [token.type for token in tokens].count("td_open") == 10

    def test_an_answer_has_its_statements_its_table_and_its_sources(self, engine: AnswerEngine) -> None:
        written = exports.of_answer(engine.ask(HOW_MANY)).markdown
        assert written.startswith(f"# {HOW_MANY}\n\nU.S. and NATO officials have confirmed that around 10,000")
        heads = [line for line in written.splitlines() if line.startswith("## ")]
        assert heads == ["## Who says what", "## Figures", "## Sources"]
        assert "| 2024-10-12 | Russian government spokesperson Dmitry Peskov | denies |" in written

    def test_an_answer_that_abstains_says_so(self, engine: AnswerEngine) -> None:
        view = exports.of_answer(engine.ask("Who won the 2022 World Cup?"))
        assert "The archive does not mention “the 2022 World Cup”" in view.markdown
        assert (view.table.rows, "Who says what" in view.markdown) == ((), False)


def texts_of(picture: bytes) -> str:
    return " ".join("".join(each.itertext()) for each in ElementTree.fromstring(picture).iter(f"{SVG}text"))


class TestPicture:
    def test_tells_every_figure_in_words_too(self, engine: AnswerEngine) -> None:
        timeline = Timeline.of(engine.ask(HOW_MANY))
        root = ElementTree.fromstring(plot.picture(timeline, "svg"))
        assert root.findtext(f"{SVG}title") == HOW_MANY
        described = root.findtext(f"{SVG}desc") or ""
        assert "undated, thousands of infantry, An anonymous Ukrainian military intelligence officer" in described
        assert "not before 2024-10-29, around 10,000 troops, U.S. and NATO officials" in described
        shown = texts_of(plot.picture(timeline, "svg"))
        for words in ("In place", "Sent", "Expected", "undated", "around 10,000 troops", "not before 29 Oct", "Seoul"):
            assert words in shown
        assert "without a label" not in shown

    def test_is_the_same_each_time_and_both_kinds_are_what_they_say(self, engine: AnswerEngine) -> None:
        timeline = engine.timeline("North Korean troops")
        assert plot.picture(timeline, "svg") == plot.picture(timeline, "svg")
        assert plot.picture(timeline, "png").startswith(b"\x89PNG\r\n")

    def test_nothing_foreign_is_alive(self) -> None:
        picture = plot.picture(timeline_of(point(5.0, date="2024-10-01"), point(7.0)), "svg")
        root = ElementTree.fromstring(picture)
        assert {each.tag.removeprefix(SVG) for each in root.iter() if each.tag.startswith(SVG)} <= {
            *("svg", "title", "desc", "metadata", "defs", "style", "clipPath", "rect", "g", "path", "use", "text"),
            "tspan",
        }
        assert "<script>alert(1)</script> $x^2$" in texts_of(picture)
        assert not [name for each in root.iter() for name in each.attrib if name.startswith("on")]

    @settings(max_examples=12)
    @given(
        points=st.lists(
            st.builds(
                point,
                st.none() | st.floats(0, 1e9),
                low=st.none() | st.floats(0, 1e6),
                high=st.none() | st.floats(1e6, 1e9),
                sort=st.sampled_from(["in place", "sent", "expected"]),
                date=st.none() | st.dates().map(str),
                not_before=st.none() | st.dates().map(str),
                claimant=st.none() | st.text(max_size=90),
            ),
            min_size=1,
            max_size=8,
        )
    )
    def test_any_figures_can_be_drawn(self, points: list[Figure]) -> None:
        root = ElementTree.fromstring(plot.picture(timeline_of(*points), "svg"))
        assert root.findtext(f"{SVG}desc")


@pytest.fixture
def dateline(run: Run, corpus: Path) -> Run:
    """Runs `dateline` over the articles that come with it."""
    return lambda *arguments: run(*arguments, "--corpus", corpus)


class TestCommandLine:
    def test_ask_prints_a_table_under_the_answer(self, dateline: Run) -> None:
        status, out, _ = dateline("ask", HOW_MANY, "--table")
        assert status == 0
        lines = out.splitlines()
        assert "around 10,000 North Korean troops" in lines[0]
        at = lines.index("Who says what:")
        assert lines[at + 1].split("\t") == ["When", "Who", "Stance", "Claim", "Outlet", "Cited"]
        told = [tuple(line.split("\t")[:3]) for line in lines[at + 2 :]]
        assert ("2024-10-12", "Russian government spokesperson Dmitry Peskov", "denies") in told

    def test_claims_finds_the_denials_in_every_article(self, dateline: Run, engine: AnswerEngine) -> None:
        status, out, err = dateline("claims", "--by", "Peskov")
        assert (status, err) == (0, "")
        assert "2024-10-12\tRussian government spokesperson Dmitry Peskov\tdenies\t" in out
        assert "undated\tKremlin spokesman Dmitry Peskov\tdenies\tHowever, Kremlin spokesman" in out
        status, out, _ = dateline("claims", "--by", "Peskov", "--json", "--as-of", "2024-10-26")
        assert json.loads(out) == engine.claims("Peskov", as_of="2024-10-26").model_dump(mode="json")

    def test_claims_of_nobody_is_work_done(self, dateline: Run, tmp_path: Path) -> None:
        status, out, err = dateline("claims", "--by", "Peskow", "--csv", tmp_path / "none.csv")
        assert status == 0
        assert out.startswith("No article quotes anybody named “Peskow”; the archive quotes: Dmitry Peskov.")
        assert err.splitlines() == [f"Written: {tmp_path / 'none.csv'}"]
        assert len((tmp_path / "none.csv").read_text(encoding="utf-8-sig").splitlines()) == 1

    def test_timeline_writes_every_kind_of_file(self, dateline: Run, engine: AnswerEngine, tmp_path: Path) -> None:
        files = {kind: tmp_path / f"it.{kind}" for kind in ("csv", "md", "svg")}
        asked = ["timeline", "North Korean troops", "--csv", files["csv"], "--markdown", files["md"]]
        status, out, err = dateline(*asked, "--plot", files["svg"], "--as-of", "2024-10-26")
        assert status == 0
        assert "2024-10-23\tat least 3,000 soldiers\tJohn Kirby" in out
        assert "10,000" not in out
        assert err.splitlines() == [f"Written: {file}" for file in files.values()]
        view = exports.of_timeline(engine.timeline("North Korean troops", as_of="2024-10-26"))
        assert files["csv"].read_bytes() == b"\xef\xbb\xbf" + tables.as_csv(view.table).encode()
        assert files["md"].read_text(encoding="utf-8") == view.markdown
        assert view.timeline and files["svg"].read_bytes() == plot.picture(view.timeline, "svg")

    def test_a_dash_prints_the_file_in_place_of_the_table(self, dateline: Run) -> None:
        status, out, err = dateline("timeline", "officers", "--csv", "-")
        assert (status, err) == (0, "")
        (row,) = csv.DictReader(io.StringIO(out, newline=""))
        assert (row["value"], row["sort"], row["not_before"]) == ("500", "expected", "2024-10-29")

    def test_without_figures_no_picture_is_drawn(self, dateline: Run, tmp_path: Path) -> None:
        status, out, err = dateline("timeline", "submarines", "--plot", tmp_path / "none.svg")
        assert (status, (tmp_path / "none.svg").exists()) == (0, False)
        assert out.startswith("No article gives a figure of “submarines”.")
        assert err.splitlines() == [f"{tmp_path / 'none.svg'} was not written: there are no figures to draw."]

    @pytest.mark.parametrize(
        ("arguments", "status", "message"),
        [
            (["timeline", "troops", "--plot", "it.gif"], 1, "A picture is drawn as .svg or .png, not as 'it.gif'."),
            (
                ["claims", "--by", "Peskov", "--csv", "no/such/it.csv"],
                1,
                "no/such/it.csv cannot be written: its folder",
            ),
            (["ask", "Who?", "--markdown", "."], 1, ". cannot be written: it is a folder. Name another file."),
            (["timeline", "of the"], 2, "'of the' names nothing that is counted."),
            (["claims", "--by", " "], 2, "The name is ' '. Give one, for instance: Peskov."),
            (["claims", "--by", "Peskov", "--since", "soon"], 2, "since is 'soon', which is not a day."),
        ],
    )
    def test_bad_input_gets_one_line(self, dateline: Run, arguments: list[str], status: int, message: str) -> None:
        code, out, err = dateline(*arguments)
        assert (code, out) == (status, "")
        assert err.startswith(f"dateline: {message}")
        assert len(err.splitlines()) == 1
