"""Statements that a sentence supports though they are worded otherwise, by one rule a function."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING

from rag.question import Question, Seeks
from training.cutting import answers
from training.editing import Edit, capitalised, edited
from training.supplies import bare

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

Rule = Callable[["Doc", Random], str | None]

_BRACKETS = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])")
_CLAUSES = frozenset({"relcl", "advcl", "appos", "acl", "conj"})
_CONDITIONS = frozenset({"if", "unless", "except", "without", "whether"})
_SHORTEST = 5
_LONGEST_PHRASE = 9


def without_brackets(sentence: Doc, rng: Random) -> str | None:
    """Without what stands in brackets."""
    del rng  # All brackets go.
    found = [Edit(*match.span()) for match in _BRACKETS.finditer(sentence.text)]
    return edited(sentence.text, found) if found else None


def without_clause(sentence: Doc, rng: Random) -> str | None:
    """Without a clause that commas set off."""
    found = [
        token
        for token in sentence
        if token.dep_ in _CLAUSES
        and _is_set_off(sentence, token)
        and not any(part.lower_ in _CONDITIONS for part in token.subtree)
        # "The Wii and, later, the GameCube": of things that are listed none may go alone.
        and (token.dep_ != "conj" or token.head.dep_ == "ROOT")
    ]
    return _without(sentence, rng.choice(found)) if found else None


def without_phrase(sentence: Doc, rng: Random) -> str | None:
    """Without a short phrase of place, time or manner; not where it may be what is denied."""
    if any(token.dep_ == "neg" for token in sentence):
        return None
    found = [token for token in sentence if _is_phrase(token)]
    return _without(sentence, rng.choice(found)) if found else None


def phrase_first(sentence: Doc, rng: Random) -> str | None:
    """With the phrase at its end put first."""
    del rng  # There is one phrase at the end.
    body = sentence.text.rstrip(".")
    for token in sentence:
        if _is_phrase(token) and token.tag_ == "IN" and _end(token.right_edge) == len(body) and token.idx > 0:
            first, rest = sentence.text[token.idx : len(body)], sentence.text[: token.idx].rstrip(" ,")
            opening = sentence[0]
            if not (opening.ent_type_ or opening.pos_ == "PROPN" or opening.text == "I"):
                rest = rest[:1].lower() + rest[1:]
            return f"{capitalised(first)}, {rest}."
    return None


def half(sentence: Doc, rng: Random) -> str | None:
    """One of two main clauses joined by "and"."""
    for token in sentence:
        if token.dep_ == "conj" and token.head.dep_ == "ROOT" and any(c.dep_ == "nsubj" for c in token.children):
            second = sentence.text[token.left_edge.idx : _end(token.right_edge)]
            if rng.random() < 0.5:
                return capitalised(second.rstrip(" .") + ".")
            first = sentence.text[: token.left_edge.idx].rstrip()
            return re.sub(r"[,;]?\s*(?:and|but|;)?$", ".", first) if first else None
    return None


RULES: tuple[Rule, ...] = (without_brackets, without_clause, without_phrase, phrase_first, half)


def reworded(sentence: Doc, rng: Random) -> str | None:
    """The sentence by one of the rules that apply to it, chosen evenly; None where none does."""
    for rule in rng.sample(RULES, len(RULES)):
        made = rule(sentence, rng)
        if made and made != sentence.text and len(made.split()) >= _SHORTEST:
            return made
    return None


def the_answer(question: Question, sentence: Doc) -> Span | None:
    """The answer, where only one thing of the kind sought stands in the sentence."""
    found = answers(question, sentence) if question.seeks is not Seeks.OPEN else []
    return found[0] if len(found) == 1 else None


def declared(asked: Doc, question: Question, answer: Span, words: str | None = None) -> str | None:
    """The question as a statement with its answer: of "Who directed Spectre?", "Sam Mendes directed Spectre".

    Args:
        asked: The question, parsed.
        question: The same, understood.
        answer: What answers it, in its sentence.
        words: Other words in its place.

    Returns:
        None where the question is not of a form that can be turned.
    """
    said = words or bare(answer)
    body = asked.text.rstrip(" ?.")
    first = asked[0]
    if question.seeks is Seeks.PERSON and first.lower_ == "who" and first.dep_ in ("nsubj", "nsubjpass"):
        return capitalised(f"{said}{body[len(first) :]}.")
    many = re.match(r"how many ", body, re.IGNORECASE)
    if question.seeks is Seeks.NUMBER and many:
        head = next((token for token in asked if token.dep_ in ("nsubj", "nsubjpass") and token.left_edge.i == 0), None)
        return capitalised(f"{said} {body[many.end() :]}.") if head is not None else None
    if question.seeks in (Seeks.TIME, Seeks.PLACE) and first.lower_ in ("when", "where") and len(asked) > 3:
        return _placed(asked, body, _preposition(answer), said)
    return None


def _placed(asked: Doc, body: str, preposition: str, said: str) -> str | None:
    """Of "When was the album released?", "The album was released in 2015"."""
    verb = asked[1]
    subject = next((token for token in asked if token.dep_ in ("nsubj", "nsubjpass")), None)
    if verb.pos_ != "AUX" or subject is None or subject.left_edge.i != 2:
        return None
    end = _end(subject.right_edge)
    name, rest = asked.text[asked[2].idx : end], body[end:].strip()
    return capitalised(" ".join(part for part in (name, verb.text, rest, preposition, said) if part) + ".")


def _preposition(answer: Span) -> str:
    before = answer.doc[answer.start - 1] if answer.start else None
    return before.lower_ if before is not None and before.tag_ == "IN" else "in"


def _is_set_off(sentence: Doc, token: Token) -> bool:
    start, end = token.left_edge.i, token.right_edge.i
    before = sentence[start - 1].text if start else ","
    after = sentence[end + 1].text if end + 1 < len(sentence) else "."
    return (before == "," or start == 0) and after in (",", ".") and end - start >= 2


def _is_phrase(token: Token) -> bool:
    """A prepositional phrase on the main verb that says where, when or how."""
    return (
        token.dep_ == "prep"
        and token.head.dep_ == "ROOT"
        and token.head.pos_ == "VERB"
        and token.lower_
        in ("in", "on", "at", "during", "after", "before", "since", "until", "from", "with", "by", "near")
        and token.right_edge.i - token.left_edge.i < _LONGEST_PHRASE
    )


def _without(sentence: Doc, token: Token) -> str:
    return edited(sentence.text, [Edit(token.left_edge.idx, _end(token.right_edge))])


def _end(token: Token) -> int:
    return int(token.idx + len(token))
