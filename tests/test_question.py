from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.vocabulary import Vocabulary
from rag import AnswerEngine
from rag.days import days_in
from rag.follow_up import resolve
from rag.parts import parts_of
from rag.question import Question, Seeks, read_question
from rag.spelling import Speller
from rag.variants import Variants, sound

TALKS = {
    "id": "talks",
    "text": (
        "Officials in Norway said on Monday that Oslo wants talks. Later, Oslo and Stockholm agreed to meet in Bergen. "
        "The delegation of Sweden was led by Astrid Lindholm, who met Olaf Zelenskyy. Norwegian ministers were absent. "
        "The ministers met again in New Zealand, and New Zealand offered ambulances. The plan was vague."
    ),
    "date": "2024-10-21",
}
HOSPITAL = {
    "id": "hospital",
    "text": (
        "On Tuesday, the minister Olaf Zelensky opened the hospital. He thanked Astrid Lindholm for her help. "
        "The hospital in Stockholm treats about 300 patients a day."
    ),
    "date": "2024-10-22",
}
TODAY = date(2024, 10, 24)  # a Thursday


@pytest.fixture(scope="module")
def small() -> Iterator[AnswerEngine]:
    with AnswerEngine.from_articles([TALKS, HOSPITAL]) as opened:
        yield opened


@pytest.fixture(scope="module")
def vocabulary(small: AnswerEngine) -> Vocabulary:
    return small.archive.vocabulary


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who opened the hospital?", Seeks.PERSON),
        ("How many patients does it treat?", Seeks.NUMBER),
        ("On which day did they meet?", Seeks.TIME),
        ("In which city did they meet?", Seeks.PLACE),
        ("Why did they meet?", Seeks.REASON),
        ("what's Lindholm saying about the talks", Seeks.SAYING),
        ("How does Oslo differ from Stockholm?", Seeks.COMPARISON),
        ("Is Oslo larger in area than Bergen?", Seeks.COMPARISON),
        ("Which is older, Oslo or Bergen?", Seeks.COMPARISON),
        ("How did they travel?", Seeks.MANNER),
        ("Did they meet?", Seeks.YES_NO),
        ("What happened?", Seeks.OPEN),
    ],
)
def test_the_kind_of_answer_sought(question: str, kind: Seeks) -> None:
    assert read_question(question).seeks is kind


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("whats the hopsital in stockhom", "what's the hospital in Stockholm"),
        ("who is astrid lindhlom", "who is Astrid Lindholm"),
        ("WHAT DID SWEDEN SAY", "what did Sweden say"),
        ("ambulences from nz", "ambulances from New Zealand"),
        ("Who met Olaf Zelenskiy?", "Who met Olaf Zelensky?"),
        ("What does sweden want from Norwey?", "What does sweden want from Norwey?"),
        ("What did Lindner say?", "What did Lindner say?"),
        ("will he put it on the table", "will he put it on the table"),
    ],
)
def test_spelling(vocabulary: Vocabulary, typed: str, mended: str) -> None:
    assert Speller(vocabulary).mend(typed) == mended


@given(data=st.data())
def test_a_question_of_words_that_the_archive_knows_changes_in_capitals_alone(
    vocabulary: Vocabulary, data: st.DataObject
) -> None:
    words = data.draw(st.lists(st.sampled_from(sorted(vocabulary.words)), min_size=1, max_size=8))
    typed = " ".join(words)
    assert Speller(vocabulary).mend(typed).lower() == typed


@given(data=st.data())
def test_what_is_mended_stays_as_it_is(vocabulary: Vocabulary, data: st.DataObject) -> None:
    speller = Speller(vocabulary)
    word = data.draw(st.sampled_from(sorted(vocabulary.words)))
    at = data.draw(st.integers(min_value=0, max_value=len(word)))
    mended = speller.mend(f"what about {word[:at]}{word[at + 1 :]} there")
    assert speller.mend(mended) == mended


def test_the_resolved_question_shows_what_was_mended(small: AnswerEngine) -> None:
    answer = small.ask("how many patints does the hopsital treat")
    assert answer.question == "how many patints does the hopsital treat"
    assert answer.resolved_question == "how many patients does the hospital treat"
    assert "300 patients" in answer.statements[0].text


def test_names_and_their_variants(vocabulary: Vocabulary) -> None:
    found = Variants(vocabulary).of("What does Norway ask of Zelensky?")
    assert found["norway"] == {frozenset({"oslo"}), frozenset({"norwegian"})}
    assert found["zelenski"] == {frozenset({"zelenskyy"})}
    # Stockholm is spoken of as who agrees; a capital that the archive does not know is no variant.
    assert Variants(vocabulary).of("Sweden and Denmark") == {"sweden": {frozenset({"stockholm"})}}


@given(data=st.data())
def test_variants_are_symmetric(vocabulary: Vocabulary, data: st.DataObject) -> None:
    variants = Variants(vocabulary)
    one = data.draw(st.sampled_from(sorted(vocabulary.names)))
    other = data.draw(st.sampled_from(sorted(vocabulary.names)))
    assert variants.alike(one, other) == variants.alike(other, one)


def test_spellings_of_one_sound() -> None:
    assert sound("zelensky") == sound("zelenskyy") == sound("zelenskiy")
    assert sound("johnson") != sound("johnston")


def test_a_variant_counts_as_the_term_where_all_of_it_stands() -> None:
    question = Question("Seoul?", "Seoul?", variants={"seoul": frozenset({frozenset({"south", "korea"})})})
    assert question.meant_by({"south", "korea", "said"}) == {"seoul"}
    assert question.meant_by({"north", "korea"}) == set()


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened on October 10th?", "2024-10-10", "2024-10-10"),
        ("What happened on 3 March 2023?", "2023-03-03", "2023-03-03"),
        ("What was said in mid-October?", "2024-10-10", "2024-10-20"),
        ("What was said in late February 2024?", "2024-02-20", "2024-02-29"),
        ("What was agreed in June?", "2024-06-01", "2024-06-30"),
        ("What was agreed in 2023?", "2023-01-01", "2023-12-31"),
        ("What happened yesterday?", "2024-10-23", "2024-10-23"),
        ("What happened last week?", "2024-10-14", "2024-10-20"),
        ("What happened three days ago?", "2024-10-21", "2024-10-21"),
        ("What happened in the past two weeks?", "2024-10-10", "2024-10-24"),
        ("What has happened since Friday?", "2024-10-18", "2024-10-24"),
        ("Who had arrived by October 20?", None, "2024-10-20"),
        ("Who had arrived before 20 October?", None, "2024-10-19"),
        ("Who arrived after 2024-10-20?", "2024-10-21", None),
    ],
)
def test_days(question: str, first: str | None, last: str | None) -> None:
    (found,) = days_in(question, TODAY)
    assert (found.first and found.first.isoformat(), found.last and found.last.isoformat()) == (first, last)
    assert found.worded in question


@pytest.mark.parametrize("question", ["May he leave?", "What happened on 31 June?", "How many march?", "Who?"])
def test_no_days(question: str) -> None:
    assert days_in(question, TODAY) == []


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(2099, 1, 1)), st.integers(min_value=-150, max_value=150))
def test_a_day_without_a_year_is_the_nearest(today: date, away: int) -> None:
    day = today + timedelta(days=away)
    if (day.month, day.day) != (2, 29):
        (found,) = days_in(f"What happened on {day.day} {day:%B}?", today)
        assert found.first == found.last == day


def test_as_of_in_the_question(small: AnswerEngine) -> None:
    answer = small.ask("As of 21 October, who opened the hospital?")
    assert (answer.as_of, answer.searched.articles) == ("2024-10-21", 1)
    assert small.ask("Who opened the hospital by 21 October?").as_of is None
    assert small.ask("As of 21 October, who opened the hospital?", as_of="2024-10-30").as_of == "2024-10-30"


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Who is Lindholm and what did she say?", ("Who is Lindholm?", "What did she say?")),
        ("Where is the hospital? How many does it treat?", ("Where is the hospital?", "How many does it treat?")),
        ("What did Oslo and Stockholm agree on?", ("What did Oslo and Stockholm agree on?",)),
        ("Who met and why?", ("Who met and why?",)),
        ("Did they say who came and what happened?", ("Did they say who came and what happened?",)),
        ("Did they say who came, and what happened there?", ("Did they say who came, and what happened there?",)),
        ("Where is it, and who guards the door?", ("Where is it?", "Who guards the door?")),
        ("On what is it built, and when did it open?", ("On what is it built?", "When did it open?")),
        ("What did Oslo and Malmö say?", ("What did Oslo say?", "What did Malmö say?")),
        (
            "How have the EU, its envoy and many officials reacted to it?",
            (
                "How has the EU reacted to it?",
                "How has the EU's envoy reacted to it?",
                "How have many officials reacted to it?",
            ),
        ),
        ("Do Dahl and his deputy agree on it?", ("What does Dahl say on it?", "What does Dahl's deputy say on it?")),
        ("Compare what Dahl and Berg say of it.", ("What does Dahl say of it?", "What does Berg say of it?")),
        ("Compare what Dahl and Berg told us.", ("What has Dahl told us?", "What has Berg told us?")),
        (
            "What did Dahl and Berg say and when did it open?",
            ("What did Dahl say?", "What did Berg say?", "When did it open?"),
        ),
        ("What does each side, A and B, gain?", ("What does A gain?", "What does B gain?")),
        ("What did Dahl and Berg say to each other?", ("What did Dahl and Berg say to each other?",)),
        ("What did he and his deputy say?", ("What did he and his deputy say?",)),
        ("What do A, B, C, D and E say?", ("What do A, B, C, D and E say?",)),
        ("What did Procter and Gamble sell?", ("What did Procter and Gamble sell?",)),
        (
            "What did the Ministry of Trade and Industry say?",
            ("What did the Ministry of Trade and Industry say?",),
        ),
    ],
)
def test_parts(question: str, parts: tuple[str, ...]) -> None:
    assert read_question(question).parts == parts


def test_a_part_that_points_back_is_looked_for_with_what_it_points_at() -> None:
    person, thing = (
        read_question("Who is Astrid Lindholm and what did he say?"),
        read_question("Where is the hospital, and when did it open?"),
    )
    assert [part.resolved for part in person.alone()] == ["Who is Astrid Lindholm?", "What did Astrid Lindholm say?"]
    assert [(part.resolved, part.asked) for part in thing.alone()] == [
        ("Where is the hospital?", "Where is the hospital?"),
        (thing.resolved, "When did it open?"),
    ]


def test_both_parts_are_answered_or_said_to_have_no_answer(small: AnswerEngine) -> None:
    both = small.ask("Who opened the hospital, and where did Oslo and Stockholm agree to meet?")
    said = " ".join(statement.text for statement in both.statements[:2])
    assert "Zelensky opened the hospital" in said and "agree to meet in Bergen" in said.replace("agreed", "agree")
    assert both.notes == ()
    one = small.ask("Who opened the hospital, and how old is Astrid Lindholm?")
    assert "opened the hospital" in one.statements[0].text
    assert one.notes == (
        "The archive does not answer “How old is Astrid Lindholm?”. What comes nearest does not give an age.",
    )


def test_what_several_say_is_answered_for_each_or_said_to_be_unknown() -> None:
    text = "Minister Ola Dahl said that the bridge is safe. Engineer Kari Berg warned that the bridge may fall."
    with AnswerEngine.from_articles([{"id": "bridge", "text": text}]) as engine:
        both = engine.ask("What did Ola Dahl and Kari Berg say about the bridge?")
        one = engine.ask("What did Ola Dahl and Jens Holm say about the bridge?")
    assert [statement.text for statement in both.statements] == text.replace(". E", ".\nE").split("\n")
    assert one.statements[0].text.startswith("Minister Ola Dahl")
    assert any("What did Jens Holm say about the bridge?" in note for note in one.notes)


def test_abstaining_says_what_an_answer_would_have_to_give(small: AnswerEngine) -> None:
    answer = small.ask("How old is Astrid Lindholm?")
    assert answer.status == "abstained"
    assert answer.text.startswith("The archive does not answer “How old is Astrid Lindholm?”. What comes nearest")
    assert "does not give an age." in answer.text


@given(st.text(max_size=80))
def test_a_part_is_one(text: str) -> None:
    parts = parts_of(text)
    assert parts == (text,) or all(parts_of(part) == (part,) for part in parts)


@pytest.mark.parametrize(
    ("asked", "follow_up", "resolved"),
    [
        ("Who is Astrid Lindholm?", "What did she say?", "What did Astrid Lindholm say?"),
        ("Who is Astrid Lindholm?", "Where is her hospital?", "Where is Astrid Lindholm's hospital?"),
        ("Who is Astrid Lindholm?", "Who met her?", "Who met Astrid Lindholm?"),
        ("How did the ministers meet?", "And when?", "When did the ministers meet?"),
        ("How did the ministers meet?", "And on which day?", "On which day did the ministers meet?"),
        ("Did the ministers meet?", "Why?", "Why did the ministers meet?"),
        ("Who opened the hospital?", "And when?", "Who opened the hospital, and when?"),
        ("How many patients did it treat?", "And how many doctors?", "How many doctors did it treat?"),
        ("What happened on Monday?", "And on Tuesday?", "What happened on Tuesday?"),
        ("What did Astrid Lindholm say?", "Who is Jens Stoltenberg?", "Who is Jens Stoltenberg?"),
    ],
)
def test_follow_ups(small: AnswerEngine, asked: str, follow_up: str, resolved: str) -> None:
    assert resolve(read_question(follow_up), [small.ask(asked)]).resolved == resolved


def test_a_follow_up_seeks_what_it_asks_itself(small: AnswerEngine) -> None:
    read = resolve(read_question("And when?"), [small.ask("Who opened the hospital?")])
    assert read.seeks is Seeks.TIME
    assert read.parts == (read.resolved,)


def test_resolving_again_changes_nothing(small: AnswerEngine) -> None:
    turns = [small.ask("Who is Astrid Lindholm?")]
    for question in ("What did she say?", "Why?", "And Olaf Zelensky?", "How did Sweden vote?"):
        once = resolve(read_question(question), turns)
        assert resolve(read_question(once.resolved), turns).resolved == once.resolved
