from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.article import Sentence
from index.sentences import LONGEST_SENTENCE, split_sentences

FRAGMENTS = st.sampled_from(
    [
        *("\n", "\r\n", "\n\n", "\t", "   ", "\u00a0", "\u2028", "…"),
        *("The vote passed. ", "The vote passed. ", "U.S. troops left. ", "10,000 men", "A heading", "x" * 700),
        *("He said “no.” ", 'She said, "Wait. Stop." ', "“Open quotation. It goes on. "),
        *("Привіт, світе. ", "😀 It works! ", "— Name (@handle) May 1, 2024"),
    ]
)
TEXTS = st.one_of(st.lists(FRAGMENTS, max_size=20).map("".join), st.text(max_size=300))


def words(text: str) -> list[str]:
    return [sentence.of(text) for sentence in split_sentences(text)]


@given(TEXTS)
def test_sentences_hold_every_character_once_and_in_order(text: str) -> None:
    sentences = split_sentences(text)
    assert "".join("".join(sentence.of(text).split()) for sentence in sentences) == "".join(text.split())
    assert all(one.end <= other.start for one, other in pairwise(sentences))
    for sentence in sentences:
        assert sentence.of(text) == sentence.of(text).strip() != ""
        assert sentence.end - sentence.start <= LONGEST_SENTENCE


def test_a_quotation_stays_with_its_speaker() -> None:
    assert words("He stated, “We see it. It is here.” Then he left.") == [
        "He stated, “We see it. It is here.”",
        "Then he left.",
    ]
    assert words('He stated, "We see it. It is here." Then he left.')[0] == 'He stated, "We see it. It is here."'


def test_an_open_quotation_does_not_swallow_the_article() -> None:
    text = "He stated, “We see it. " + "It is here and will stay here for a long while. " * 40
    assert max(map(len, words(text))) <= LONGEST_SENTENCE


def test_a_post_stays_with_its_author() -> None:
    text = "The talks began.\nI had a call. We agreed.\n— Jane Doe (@jane) October 29, 2024\nThe talks went on."
    assert words(text) == [
        "The talks began.",
        "I had a call. We agreed.\n— Jane Doe (@jane) October 29, 2024",
        "The talks went on.",
    ]


def test_headings_are_marked_but_not_the_last_line() -> None:
    text = "Kremlin's Denial\n\nThe spokesman denied it.\n\n3,000 men were there"
    assert split_sentences(text) == (
        Sentence(0, 16, heading=True), Sentence(18, 42), Sentence(44, 64),
    )  # fmt: skip


def test_sentences_without_a_blank_between_them_are_parted() -> None:
    assert words("It is a threat.Given the pact, calls grow.") == ["It is a threat.", "Given the pact, calls grow."]


def test_lines_wrapped_at_a_width_are_one_paragraph() -> None:
    text = (
        "The parliament approved the treaty on Thursday with the votes of\n"
        "all parties, and the upper house will follow within the coming\nweek."
    )
    assert words(text) == [text]


def test_lines_of_a_list_are_no_headings() -> None:
    text = "Nineteen submarines sank near Odesa\nSeventy pianos burned in Kharkiv\nForty kites flew over Sumy"
    assert [sentence.heading for sentence in split_sentences(text)] == [False, False, False]
