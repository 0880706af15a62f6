from __future__ import annotations

from datetime import date

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from index.article import Article
from index.reading import NotText, decode, parse_article, read_article

CORPUS = ROOT / "corpus"
RUSSIAN = "Северокорейские солдаты прибыли в Курскую область, сообщила в среду украинская военная разведка. " * 3
STRAY = "A text that is long enough for one stray mark\x1a in it. " + "It goes on for a while. " * 5


def read(name: str) -> Article:
    return read_article(CORPUS / name, name)


def test_date_and_title_on_the_first_line() -> None:
    article = read("2024-10-25-kursk-region-reports.txt")
    assert (
        article.title == "In Russia's Kursk region, there have been reports of North Korean military personnel present."
    )
    assert (article.title_from, article.published_from) == ("first line", "first line")
    assert article.published == date(2024, 10, 25)
    assert article.outlet is None
    assert article.text.startswith("Ukrainian intelligence claims")
    assert article.text.endswith("their increasing military cooperation.")  # "Read also:" is cut off


def test_heading_under_the_first_line_stays_in_the_text() -> None:
    article = read("2024-10-12-kim-aids-putin.txt")
    assert article.published == date(2024, 10, 12)
    assert article.text.startswith("Close Collaboration Between Kim Jong Un and Putin")
    assert article.text.endswith("towards both nations.")


def test_embedded_post_bounds_the_date_but_is_none() -> None:
    article = read("undated-ukrainian-intelligence-intercepts.txt")
    assert article.published is None
    assert article.not_before == date(2024, 10, 29)
    assert article.not_before_from == "embedded post of October 29, 2024"
    assert article.date_label == "not before 2024-10-29"
    assert article.title_from == "opening words"
    assert article.title.startswith("Ukrainian intelligence has reported")
    assert "Expanded Coverage" not in article.text


def test_no_title_no_date() -> None:
    article = read("undated-zelensky-video-address.txt")
    assert (article.published, article.not_before, article.outlet) == (None, None, None)
    assert article.date_label == "undated"
    assert article.text == (CORPUS / article.path).read_text(encoding="utf-8").strip()


def test_banner_gives_the_outlet_and_the_line_above_the_text_the_title() -> None:
    article = read("undated-yes-hope-news-infantry-training.txt")
    assert (article.outlet, article.outlet_from) == ("Yes-Hope News", "banner")
    assert article.title_from == "head"
    assert article.title.startswith("Thousands of North Korean infantry soldiers")
    assert article.title.endswith("before the end of the year")  # the "_1" after it is a file's, not the title's
    assert article.text.startswith("During a recent interview")
    assert article.published is None


@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.txt")), ids=lambda file: file.name)
def test_text_is_one_slice_of_the_file(file) -> None:
    assert read(file.name).text in file.read_text(encoding="utf-8")


def test_header_lines() -> None:
    article = parse_article(
        "Title: A vote\nOutlet: The Example Times\ndate: 25 October 2024\n\nThe vote passed.\n", "a"
    )
    assert (article.title, article.outlet, article.published) == ("A vote", "The Example Times", date(2024, 10, 25))
    assert (article.title_from, article.outlet_from, article.published_from) == ("header", "header", "header")
    assert article.text == "The vote passed."


@pytest.mark.parametrize(
    "line", ["2024-10-25", "October 25, 2024", "Published on Oct. 25, 2024, 10:30", "25 October 2024"]
)
def test_date_line_in_the_head(line: str) -> None:
    article = parse_article(f"Vote passes in parliament\nBy Jane Doe\n{line}\n\nThe vote passed on Friday.\n", "a")
    assert (article.title, article.published, article.published_from) == (
        "Vote passes in parliament", date(2024, 10, 25), "head",
    )  # fmt: skip


@pytest.mark.parametrize("line", ["date 2024-13-45 Vote passes", "date: 2024-13-45", "date: soon"])
def test_impossible_date_is_no_date(line: str) -> None:
    assert parse_article(f"{line}\n\nThe vote passed on Friday.\n", "a").published is None


@pytest.mark.parametrize(
    "tail",
    ["Read also:", "Expanded Coverage:", "Related articles\nAnother vote\nA third vote", "Subscribe to our letter"],
)
def test_tail_is_cut(tail: str) -> None:
    assert parse_article(f"The vote passed.\n\nThe count took an hour.\n\n{tail}\n", "a").text.endswith("an hour.")


@pytest.mark.parametrize(
    "text", ["The vote passed. Related parties cheered.", "Read more books, he said.", "One line only:"]
)
def test_what_only_resembles_a_tail_stays(text: str) -> None:
    assert parse_article(text, "a").text == text


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Zürich – “ja”.".encode(), "Zürich – “ja”."),
        (b"\xef\xbb\xbfPlain.", "Plain."),
        ("Kim’s men arrived in Kursk.".encode("cp1252"), "Kim’s men arrived in Kursk."),
        ("Le président français.".encode("latin-1"), "Le président français."),
        (RUSSIAN.encode("cp1251"), RUSSIAN),
        (STRAY.encode(), STRAY),
        ("Київ.".encode("utf-16"), "Київ."),
        ("Le café a fermé ses portes à midi, malgré les protestations répétées des habitués.".encode("latin-1"),
         "Le café a fermé ses portes à midi, malgré les protestations répétées des habitués."),
    ],
)  # fmt: skip
def test_encodings(data: bytes, expected: str) -> None:
    assert decode(data) == expected


@pytest.mark.parametrize(
    "data", [b"", b" \n\t", b"\x89PNG\r\n\x1a\n\0\0\0", bytes(range(256)), b"\xff\xfe\x00", "\ufeff \n".encode()]
)
def test_what_is_not_text_is_refused(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


WRAPPED = (
    "North Korea has sent about ten thousand soldiers to Russia and they\n"
    "are now in the Kursk region where they will soon fight against the\n"
    "Ukrainian army, the Pentagon said on Monday.\n"
)


@pytest.mark.parametrize(
    ("text", "title", "day", "outlet", "opening"),
    [
        (WRAPPED, None, None, None, "North Korea has sent"),
        (f"Vote passes in parliament\n\n{WRAPPED}", "Vote passes in parliament", None, None, "North Korea has sent"),
        (
            "Will the troops change it?\n\nBy Jane Smith\nThe Guardian\n31 October 2024\n\n"
            "The vote passed.", "Will the troops change it?", date(2024, 10, 31), "The Guardian", "The vote passed.",
        ),
        (
            "Vote passes in parliament\nUpdated 10:42 PM GMT+2, October 23, 2024\nThe vote passed.",
            "Vote passes in parliament", date(2024, 10, 23), None, "The vote passed.",
        ),
        (
            "Updated: Oct 30, 2024\nPublished: Oct 28, 2024\nVote passes in parliament\nThe vote passed.",
            "Vote passes in parliament", date(2024, 10, 28), None, "The vote passed.",
        ),
        (
            "Vote passes in parliament\nReuters\nOctober 28, 20244:12 PM GMT+1\nThe vote passed.",
            "Vote passes in parliament", date(2024, 10, 28), "Reuters", "The vote passed.",
        ),
        (
            "URL: example\nTitle: A vote\nDate: Tue, 29 Oct 2024\n\nThe vote passed.",
            "A vote", date(2024, 10, 29), None, "The vote passed.",
        ),
        (
            "Source: Reuters\n\nVote passes in parliament\n25 October 2024\n\nThe vote passed.",
            "Vote passes in parliament", date(2024, 10, 25), "Reuters", "The vote passed.",
        ),
        ("Source: a senior official told us that the deal is off.", None, None, None, "Source: a senior"),
        (
            "October 29, 2024 - 3 killed in Kursk\n\nThe vote passed.",
            "October 29, 2024 - 3 killed in Kursk", None, None, "The vote passed.",
        ),
        ("2024-10-25\nSeoul said 3,000 troops were sent by sea", None, date(2024, 10, 25), None, "Seoul said"),
        ("date 2024-10-12 Troops arrive. The whole text.", None, None, None, "date 2024-10-12 Troops arrive."),
        ("One vote in Kursk\nTwo votes in Lviv\nThree votes in Sumy", None, None, None, "One vote in Kursk"),
        (
            "Vote passes in parliament\nThe count took an hour, as members queued\nBy Jane Doe\n\nThe vote passed.",
            "Vote passes in parliament", None, None, "The count took an hour",
        ),
    ],
)  # fmt: skip
def test_heads_as_people_paste_them(
    text: str, title: str | None, day: date | None, outlet: str | None, opening: str
) -> None:
    article = parse_article(text, "a")
    assert article.text.startswith(opening)
    assert article.text in text
    assert (article.published, article.outlet) == (day, outlet)
    assert article.title == title if title else article.title_from == "opening words"


def test_head_without_a_text_is_refused() -> None:
    with pytest.raises(NotText, match="no text below"):
        parse_article("title: Only a title\n", "a")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), min_size=1))
def test_any_text_keeps_one_slice_and_has_a_title(text: str) -> None:
    try:
        article = parse_article(decode(text.encode()), "a")
    except NotText:
        return
    assert article.text in text
    assert article.text == article.text.strip() != ""
    assert article.title.strip()


@pytest.mark.parametrize("line", ["-" * 200_000, "more " * 40_000, "a" * 200_000, "(@" * 100_000, "Oct " * 50_000])
def test_huge_lines_are_read(line: str) -> None:
    assert parse_article(line, "a").text == line.strip()
