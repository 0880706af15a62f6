"""What comes back from a browser: nothing of it is trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import a_citation, an_answer, an_article

from index.article import Article
from ui.asking import marks_of
from ui.sealing import Seal, still_stands


def test_only_what_was_sealed_here_is_opened() -> None:
    seal, answer = Seal(), an_answer(text="Ünïcode")
    sealed = seal.sealed(answer)
    assert seal.opened(sealed) == answer
    assert Seal().opened(sealed) is None


@given(data=st.data(), change=st.characters())
def test_a_sealed_answer_that_was_changed_is_not_opened(data: st.DataObject, change: str) -> None:
    seal = Seal()
    sealed = seal.sealed(an_answer())
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:at] + change + sealed[at + 1 :]
    assert (seal.opened(changed) is not None) == (changed == sealed)


@pytest.mark.parametrize("given", [None, 3, "", " ", "x", b"x", [], {}])
def test_what_is_no_sealed_answer_is_not_opened(given: object) -> None:
    assert Seal().opened(given) is None


def test_an_answer_stands_as_long_as_its_quotes_do() -> None:
    def gone(article_id: str) -> Article:
        raise KeyError(article_id)

    answer = an_answer(citations=(a_citation(an_article()),))
    assert still_stands(answer, lambda _: an_article())
    assert not still_stands(answer, lambda _: an_article("Another text."))
    assert not still_stands(answer, gone)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=5)))
def test_marks_are_read_from_anything(given: object) -> None:
    assert all(mark.number == int(mark.number) for mark in marks_of(given))
