from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.schema import MetadataMode, TextNode
from test_sentences import TEXTS

from index.article import Article
from index.embedding import PassageEmbedding
from index.passages import cut_passages, embedded_text
from index.sentences import split_sentences


def article(text: str, **given: Any) -> Article:
    made = Article(id="a", path="a", text=text, title="A title", title_from="given")
    return replace(made, sentences=split_sentences(text), **given)


@given(text=TEXTS, tokens=st.sampled_from([16, 40, 128]))
@settings(max_examples=40)
def test_passages_are_slices_that_hold_every_sentence(embedding: PassageEmbedding, text: str, tokens: int) -> None:
    made = article(text)
    passages = cut_passages(made, embedding, tokens)
    spans = [(node.start_char_idx, node.end_char_idx) for node in passages]
    assert all(node.text == text[node.start_char_idx : node.end_char_idx] for node in passages)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    for (_, end), (start, _) in pairwise([(0, 0), *spans, (len(text), 0)]):
        left_out = "".join(text[end:start].split())
        for repeated in sorted(("".join(node.text.split()) for node in passages), key=len, reverse=True):
            left_out = left_out.replace(repeated, "")
        assert left_out == ""
    for sentence in made.sentences:
        if embedding.token_counts([sentence.of(text)])[0] <= tokens:
            assert any(sentence.of(text) in node.text for node in passages)


def test_what_an_article_repeats_is_cut_once(embedding: PassageEmbedding) -> None:
    text = f"The vote passed. {'x ' * 2_000}. The Duma met on Monday."
    passages = cut_passages(article(text), embedding, 64)
    words = [" ".join(node.text.split()) for node in passages]
    assert len(set(words)) == len(words) < 10
    assert words[0].startswith("The vote passed.")
    assert words[-1].endswith("The Duma met on Monday.")


@pytest.mark.parametrize("text", ["word " * 5_000, "x" * 20_000, "Слово. " * 2_000, "The vote passed. " * 500])
def test_what_is_embedded_is_read_to_its_end(embedding: PassageEmbedding, text: str) -> None:
    made = article(text, title="A very long title " * 50, outlet="The Example Times", published=date(2024, 10, 25))
    counts = embedding.token_counts([embedded_text(node) for node in cut_passages(made, embedding, 4_096)])
    assert max(counts) + 2 <= embedding.max_tokens


def test_head_is_embedded_and_not_quoted(embedding: PassageEmbedding) -> None:
    made = article("The vote passed.", outlet="The Example Times", published=date(2024, 10, 25))
    (node,) = cut_passages(made, embedding, 128)
    assert isinstance(node, TextNode)
    assert embedded_text(node) == "A title | The Example Times | 25 October 2024\nThe vote passed."
    assert node.get_content(metadata_mode=MetadataMode.NONE) == "The vote passed."


def test_opening_words_are_not_embedded_twice(embedding: PassageEmbedding) -> None:
    (node,) = cut_passages(article("The vote passed.", title_from="opening words"), embedding, 128)
    assert embedded_text(node).strip() == "The vote passed."


def test_ids_depend_on_what_is_embedded_alone(embedding: PassageEmbedding) -> None:
    made = article("The vote passed. " * 30)
    ids = [node.node_id for node in cut_passages(made, embedding, 64)]
    assert ids == [node.node_id for node in cut_passages(made, embedding, 64)]
    assert len(set(ids)) == len(ids) > 1
    retitled = cut_passages(replace(made, title="Another title"), embedding, 64)
    assert not set(ids) & {node.node_id for node in retitled}
