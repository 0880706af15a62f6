from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.changes import dates, details, negating, numbers, speakers, wording
from eval.changes.editing import replaced
from eval.changes.making import Change, changes, quotable
from eval.changes.names import Names, may_be_one, names_exchanged, organisation, people, person, place
from eval.changes.reading import Source, evenly
from eval.changes.subjects import subject_of_other
from eval.metrics.detection import detection
from eval.record import Row
from eval.rewordings import BUILT_IN, load_rewordings
from eval.suite import Context, Suite, Task
from eval.suites.verifier import VerifierSuite
from index.article import Article
from index.errors import EvalError
from index.reading import read_article
from index.sentences import split_sentences
from index.settings import Settings
from rag import AnswerEngine

Rule = Callable[[Source], Iterator[str]]
WriteCorpus = Callable[[Mapping[str, str | bytes]], Path]


def source(text: str, number: int = 0) -> Source:
    return Source("a.txt", number, text)


MET = source("French President Emmanuel Macron met German Chancellor Olaf Scholz in Paris.", 1)
VISITED = source("Spanish officials say Italian Prime Minister Giorgia Meloni visited Spain in May.", 2)
PRAISED = source("Germany, France and Italy praised the European Union, and Macron thanked Scholz.", 3)
NAMES = Names([MET, VISITED, PRAISED, source("The European Parliament and the Security Council met in Berlin.", 4)])


@pytest.fixture(scope="module")
def articles(engine: AnswerEngine) -> list[Article]:
    return engine.articles()


@pytest.fixture(scope="module")
def made(articles: list[Article]) -> list[Change]:
    return changes(quotable(articles), 30)


@pytest.fixture(scope="module")
def tasks(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Task]]:
    with ExitStack() as stack:
        work = tmp_path_factory.mktemp("work")
        yield VerifierSuite().tasks(Context(Settings(corpus=corpus), None, work, lambda *_: None, stack))


def kind_of(task: Task) -> str:
    return task.id.split(":")[2]


@pytest.mark.parametrize(
    ("rule", "sentence", "changed"),
    [
        (numbers.number, "Around 3,000 men are there.", "Around four thousand men are there."),
        (numbers.number, "It sent 1,500 men.", "It sent 2,500 men."),
        (numbers.number, "It sent 1,500 men.", "It sent 15,000 men."),
        (numbers.number, "It sent ten thousand men.", "It sent twenty thousand men."),
        (numbers.number, "There are three generals.", "There are four generals."),
        (numbers.number, "Up to 12,000 men may come.", "Up to 1,200 men may come."),
        (numbers.number, "It holds several hundred villages.", "It holds several thousand villages."),
        (
            numbers.numbers_exchanged,
            "It has 500 officers and three generals.",
            "It has three officers and 500 generals.",
        ),
        (dates.date, "They met in June.", "They met in July."),
        (dates.date, "On Wednesday, they met.", "On Thursday, they met."),
        (dates.date, "It ended on October 8th, he said.", "It ended on October 12th, he said."),
        (dates.date, "It may end by the end of 2024.", "It may end by the end of 2023."),
        (dates.date, "This summer they met.", "This winter they met."),
        (wording.opposite, "Both deny it.", "Both confirm it."),
        (wording.opposite, "The Duma approved the treaty.", "The Duma rejected the treaty."),
        (wording.doubt_dropped, "They may be deployed soon.", "They will be deployed soon."),
        (wording.doubt_dropped, "At least 3,000 men are there.", "Exactly 3,000 men are there."),
        (wording.doubt_dropped, "Up to 12,000 men will come.", "12,000 men will come."),
        (wording.doubt_dropped, "Reportedly, a unit gets one.", "A unit gets one."),
        (wording.doubt_dropped, "We suspect that it is so.", "We know that it is so."),
        (wording.amount_widened, "Several officers died there.", "Most officers died there."),
        (wording.amount_widened, "Some of the men have died.", "All of the men have died."),
        (wording.negation_dropped, "He has not disputed it.", "He has disputed it."),
        (wording.negation_dropped, "They haven’t seen it yet.", "They have seen it."),
        (wording.negation_dropped, "No proof has emerged yet.", "Proof has emerged."),
        (negating.negation_added, "They are expected to fight.", "They are not expected to fight."),
        (negating.negation_added, "The army counterattacked.", "The army did not counterattack."),
        (negating.negation_added, "He says the men have already left.", "He says the men have not left."),
        (speakers.attribution_dropped, "Kyiv claims that around 500 men fell.", "Around 500 men fell."),
        (speakers.attribution_dropped, "According to Kyiv, 500 men fell.", "500 men fell."),
        (speakers.attribution_dropped, "The men fell, according to Kyiv.", "The men fell."),
        (speakers.attribution_dropped, "The men came by sea, Kirby said.", "The men came by sea."),
        (speakers.attribution_dropped, "Kyiv claims to have won.", "Kyiv has won."),
    ],
)
def test_a_change(rule: Rule, sentence: str, changed: str) -> None:
    assert changed in list(rule(source(sentence)))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (numbers.number, "One man came in 2024, on October 29, 2024."),
        (numbers.number, "Nobody came."),
        (dates.date, "They may march on."),
        (wording.doubt_dropped, "They came and went."),
        (wording.doubt_dropped, "Men have reportedly died, as confirmed by the source."),
        (wording.negation_dropped, "They came and went."),
        (negating.negation_added, "They may come."),
        (negating.negation_added, "They have not come."),
        (negating.negation_added, "They ask whether it has begun."),
        (speakers.attribution_dropped, "Officials have confirmed that 500 men fell."),
        (speakers.attribution_dropped, "He said that it was over."),
        (speakers.attribution_dropped, "He said, “We are ready for it.”"),
    ],
)
def test_what_is_left_alone(rule: Rule, sentence: str) -> None:
    assert list(rule(source(sentence))) == []


def test_a_bound_is_never_changed_to_what_it_implies() -> None:
    lower = {
        amount.value for text in numbers.number(source("At least 3,000 came.")) for amount in numbers.amounts(text)
    }
    upper = {amount.value for text in numbers.number(source("Up to 3,000 came.")) for amount in numbers.amounts(text)}
    assert lower and min(lower | {3001}) > 3000
    assert upper and max(upper | {2999}) < 3000


def test_another_name_is_of_the_same_kind_and_new_to_the_sentence() -> None:
    assert list(person(MET, NAMES)) == [
        "French President Giorgia Meloni met German Chancellor Olaf Scholz in Paris.",
        "French President Emmanuel Macron met German Chancellor Giorgia Meloni in Paris.",
    ]
    assert list(people(VISITED, NAMES)) == [
        "German officials say Italian Prime Minister Giorgia Meloni visited Spain in May.",
        "Spanish officials say German Prime Minister Giorgia Meloni visited Spain in May.",
    ]
    assert list(place(VISITED, NAMES)) == [
        "Spanish officials say Italian Prime Minister Giorgia Meloni visited Germany in May."
    ]
    assert {changed.split(" praised ")[1].split(", and")[0] for changed in organisation(PRAISED, NAMES)} == {
        "the European Parliament",
        "the Security Council",
    }


def test_names_are_exchanged_unless_they_stand_in_one_list() -> None:
    assert list(names_exchanged(MET, NAMES)) == [
        "French President Olaf Scholz met German Chancellor Emmanuel Macron in Paris."
    ]
    assert "Germany, France and Italy praised the European Union, and Scholz thanked Macron." in (
        names_exchanged(PRAISED, NAMES)
    )
    assert all(changed.startswith("Germany, France and Italy") for changed in names_exchanged(PRAISED, NAMES))


def test_another_speaker() -> None:
    said = source("Italian officials say that German soldiers came.")
    assert list(speakers.attribution_changed(said, NAMES)) == [
        "German officials say that German soldiers came.",
        "Spanish officials say that German soldiers came.",
    ]
    claimed = source("Emmanuel Macron claims that it rained.", 1)
    stated = source("Olaf Scholz stated that it snowed.", 2)
    assert list(speakers.speaker_of_other(claimed, stated, NAMES)) == ["Olaf Scholz claims that it rained."]
    assert list(speakers.speaker_of_other(claimed, source("Macron said that it snowed.", 3), NAMES)) == []


def test_the_subject_of_another_sentence() -> None:
    met, signed = source("Macron met the press on Thursday.", 1), source("Scholz signed a treaty.", 2)
    assert list(subject_of_other(met, signed, NAMES)) == ["Scholz met the press on Thursday."]
    assert list(subject_of_other(met, source("Macron left.", 3), NAMES)) == []
    assert list(subject_of_other(met, source("Scholz signed a treaty.", 30), NAMES)) == []


def test_numbers_and_dates_of_another_sentence() -> None:
    one, other = source("It sent 3,000 men in June.", 1), source("It has 12,000 men since August, and two ships.", 2)
    assert list(numbers.number_of_other(one, other)) == ["It sent 12,000 men in June."]
    assert list(dates.date_of_other(one, other)) == ["It sent 3,000 men in August."]
    assert list(numbers.number_of_other(one, one)) == list(dates.date_of_other(one, one)) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Kim Jong-un", "Kim Jong Un", True),
        ("Kim", "Kim Jong Un", True),
        ("Zelensky", "Volodymyr Zelenskyy", True),
        ("Ukraine", "Ukrainian", True),
        ("Seoul", "South Korea", True),
        ("the State Duma", "Russian", True),
        ("North Korea", "South Korea", False),
        ("Kim Jong Un", "Kim Yong-hyun", False),
    ],
)
def test_names_of_one(one: str, other: str, same: bool) -> None:
    assert may_be_one(one, other) == may_be_one(other, one) == same


def test_a_detail_hangs_on_the_sentence_and_on_nothing_else() -> None:
    (first, second) = details.detail_added(source("The Duma approved the treaty."))
    assert first.endswith(", the Duma approved the treaty.") and first != second
    assert [first, second] == list(details.detail_added(source("The Duma approved the treaty.", 7)))


@pytest.mark.parametrize(
    ("text", "words", "changed"),
    [
        ("a|N|plan", "old", "an old plan"),
        ("an|N|plan", "new", "a new plan"),
        ("An|N|idea", "", "An idea"),
        ("|N|plan", "old", "Old plan"),
        ("“|N|plans", "old", "“Old plans"),
        ("a|N|source", "Ukrainian", "a Ukrainian source"),
        ("a|N|outcome", "unlikely", "an unlikely outcome"),
    ],
)
def test_what_is_put_in_fits(text: str, words: str, changed: str) -> None:
    before, old, after = text.split("|")
    before += " " if before and before[-1].isalpha() else ""
    assert replaced(f"{before}{old} {after}", len(before), len(before) + len(old), words) == changed


@given(st.lists(st.integers(), max_size=30), st.integers(1, 20))
def test_evenly_takes_as_many_as_asked_in_order(items: list[int], most: int) -> None:
    chosen = evenly(list(enumerate(items)), most)
    assert len(chosen) == min(len(items), most)
    assert chosen == sorted(set(chosen))


@given(st.text(alphabet="abc ABC.,’'“”\"019 and the May June 3,000 not", max_size=60))
def test_no_change_leaves_a_sentence_as_it_is(text: str) -> None:
    sentences = [Source("a.txt", number, quote) for number, quote in enumerate((text, f"Kyiv says {text}", "In May."))]
    for change in changes([sentences], 5):
        assert change.says != change.cited[0].text


def test_changes_are_the_same_every_time(made: list[Change], articles: list[Article]) -> None:
    assert [(change.kind, change.says, change.number) for change in changes(quotable(articles), 30)] == [
        (change.kind, change.says, change.number) for change in made
    ]


def test_every_kind_is_made_no_statement_twice_and_none_true(made: list[Change], articles: list[Article]) -> None:
    kinds = [change.kind for change in made]
    assert len(set(kinds)) == 19
    assert max(map(kinds.count, kinds)) == 30
    assert len({change.says for change in made}) == len(made)
    true = {one.text for article in quotable(articles) for one in article}
    assert not true & {change.says for change in made}


def test_changes_are_spread_over_the_articles(made: list[Change], articles: list[Article]) -> None:
    places = [change.cited[0].article for change in made if change.kind == "people"]
    assert set(places) == {article.id for article in articles}
    assert max(map(places.count, places)) - min(map(places.count, places)) <= 3


@pytest.mark.parametrize("kind", ["number", "date", "person", "place", "people", "organisation", "dates_swapped"])
def test_all_but_one_stretch_of_the_sentence_stays(made: list[Change], kind: str) -> None:
    of_kind = [change for change in made if change.kind == kind]
    assert of_kind
    for change in of_kind:
        old, new = change.cited[0].text, change.says
        start = next(n for n, (one, other) in enumerate(zip(f"{old}\0", f"{new}\1", strict=False)) if one != other)
        pairs = zip(reversed(f"\0{old}"), reversed(f"\1{new}"), strict=False)
        end = next(n for n, (one, other) in enumerate(pairs) if one != other)
        assert max(len(old), len(new)) - start - end <= 40, new


def test_what_is_swapped_in_stands_in_the_second_sentence(made: list[Change]) -> None:
    for change in made:
        if change.kind == "dates_swapped":
            one, other = change.cited
            (word,) = set(re.findall(r"\w+", change.says)) - set(re.findall(r"\w+", one.text))
            assert word in other.text


def test_rewordings_are_many_and_of_every_article(articles: list[Article]) -> None:
    rewordings = load_rewordings(BUILT_IN, articles)
    assert len(rewordings) >= 120
    assert {rewording.article for rewording in rewordings} == {article.id for article in articles}
    assert len({rewording.says for rewording in rewordings}) == len(rewordings)
    texts = {article.id: " ".join(article.text.split()) for article in articles}
    assert not [each.says for each in rewordings if each.says in texts[each.article]]
    assert all(len(each.cited) == 2 for each in rewordings if each.kind in ("merged", "resolved"))


GOOD = """\
- from:
    article: a.txt
    quotes: [the treaty]
  says: The treaty was approved by the Duma.
  kind: voice
"""


def duma(folder: Path) -> list[Article]:
    file = folder / "a.txt"
    file.write_text("The Duma approved the treaty on Thursday. Ten men voted against it.", encoding="utf-8")
    article = read_article(file, "a.txt")
    return [replace(article, sentences=split_sentences(article.text))]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[the treaty]", "[the pact]", "r.yaml:3: 'the pact' is no slice of a sentence of a.txt"),
        ("[the treaty]", '["Thursday. Ten"]', "r.yaml:3: 'Thursday. Ten' is no slice of a sentence of a.txt"),
        ("a.txt", "b.txt", "r.yaml:2: the archive has no article 'b.txt'.*--corpus DIR"),
        ("kind: voice", "kind: loud", "r.yaml:5: kind: Input should be 'shortened'.*met 'loud'"),
        ("  kind: voice\n", "", "r.yaml:1: kind: Field required. The format is in eval/rewordings/README.md"),
        ("quotes: [the treaty]", "quotes: []", "r.yaml:3: from.quotes: Tuple should have at least 1 item"),
        ("kind: voice", "kind: [voice", "r.yaml:6: not YAML"),
        (GOOD, "", "r.yaml:1: a file of rewordings is a list"),
    ],
)
def test_a_bad_file_names_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    file = tmp_path / "r.yaml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(EvalError, match=message) as caught:
        load_rewordings(file, duma(tmp_path))
    assert "\n" not in str(caught.value)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvalError, match=r"holds no \.yaml file"):
        load_rewordings(tmp_path, [])
    with pytest.raises(EvalError, match="cannot be read"):
        load_rewordings(tmp_path / "none.yaml", [])


def test_a_quote_stands_for_its_whole_sentence(tmp_path: Path) -> None:
    (article,) = duma(tmp_path)
    file = tmp_path / "r.yaml"
    file.write_text(GOOD.replace("[the treaty]", "[Ten men, the treaty, The Duma]"), encoding="utf-8")
    (rewording,) = load_rewordings(file, [article])
    assert [one.of(article.text) for one in rewording.cited] == [
        "The Duma approved the treaty on Thursday.",
        "Ten men voted against it.",
    ]


def test_another_archive_is_named(write_corpus: WriteCorpus, tmp_path: Path) -> None:
    folder = write_corpus({"vote.txt": "The Duma approved the treaty on Thursday.\n"})
    with ExitStack() as stack, pytest.raises(EvalError, match=r"--corpus DIR"):
        VerifierSuite().tasks(Context(Settings(corpus=folder), None, tmp_path, lambda *_: None, stack))


def test_the_tasks_of_the_suite(tasks: Sequence[Task], made: list[Change]) -> None:
    ids = [task.id for task in tasks]
    assert len(set(ids)) == len(ids)
    kinds = [kind_of(task) for task in tasks]
    assert kinds.count("verbatim") == 60
    assert sum(kind.startswith("reworded_") for kind in kinds) >= 120
    assert len(ids) - kinds.count("verbatim") - sum(kind.startswith("reworded_") for kind in kinds) == len(made)


def test_the_suite_tells_true_from_false(tasks: Sequence[Task]) -> None:
    suite: Suite = VerifierSuite()
    chosen = ("verbatim", "reworded_reordered", "number")
    rows = [task.run() for task in tasks if kind_of(task) in chosen]
    of_kind = {kind: [row for row in rows if row.kind == kind] for kind in chosen}
    figures = {measure.name: measure.of(rows) for measure in suite.measures}
    assert figures["verbatim_accepted"] == 1
    rows = [row for row in rows if row.kind != "verbatim"]
    assert sum(row.scores["accepted"] for row in of_kind["reworded_reordered"]) > 0.8 * 12
    detected = sum(not row.scores["accepted"] for row in of_kind["number"])
    assert detected >= 0.8 * len(of_kind["number"]) > 0
    faithful, accepted = zip(*((row.scores["faithful"], row.scores["accepted"]) for row in rows), strict=True)
    expected = detection(list(map(bool, faithful)), list(map(bool, accepted)))
    assert (figures["detected"], figures["false_alarms"]) == (expected.detected, expected.false_alarms)
    assert expected.detected is not None and expected.false_alarms is not None
    assert figures["balanced_accuracy"] == pytest.approx((expected.detected + 1 - expected.false_alarms) / 2)


def test_a_row_says_what_was_tried_and_why_points_were_lost(tasks: Sequence[Task]) -> None:
    row = next(task for task in tasks if kind_of(task) == "number").run()
    assert row.gold[0] == "not supported"
    assert row.gold[1].startswith("“") and row.gold[1].endswith(f" ({row.id.split(':')[0]})")
    assert row.context[0].startswith("verdict: ")
    assert row.scores["right"] == 1 - row.scores["accepted"] == (not row.lost)


def test_a_measure_needs_rows_of_its_kind() -> None:
    def row(faithful: int, accepted: int) -> Row:
        return Row(id="a", kind="k", question="q", scores={"faithful": faithful, "accepted": accepted})

    detected, false_alarms, _, balanced = VerifierSuite().measures
    assert [measure.of([row(1, 1), row(1, 0)]) for measure in (detected, false_alarms, balanced)] == [None, 0.5, None]
    assert [measure.of([row(0, 0), row(0, 1)]) for measure in (detected, false_alarms, balanced)] == [0.5, None, None]
    assert balanced.of([row(0, 0), row(1, 1)]) == 1
    assert balanced.of([row(0, 1), row(1, 0)]) == 0
    assert [measure.better for measure in (detected, false_alarms, balanced)] == ["more", "less", "more"]
