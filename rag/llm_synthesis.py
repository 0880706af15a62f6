"""Answers worded by a language model."""

from __future__ import annotations

import re
import secrets
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from random import Random

from rag.answer import Removed
from rag.events import Stop
from rag.evidence import Evidence
from rag.fencing import Fenced, fence, plain_line, tokens
from rag.llms.chat import ANSWER_TOKENS, LanguageModel
from rag.prompts import NOT_STATED, grammar, messages
from rag.question import Question
from rag.synthesis import Draft, Refused
from rag.written import Reader, Written

_MOST_LOST = 8
"""Sentences in a row of which none can be used; after them a model is not going to write one."""

_MOST_REPEATED = 2
"""Sentences in a row that the model wrote before; a small one goes on so for ever."""

_DRAFTS_FOR_A_STATEMENT = 2
"""Drafts that are verified for each statement that an answer may have; more are not better."""

_LONGEST_SHOWN = 300
_FEWEST_WORDS = 4
_WORD = re.compile(r"\w+")
_LEAD_IN = re.compile(
    r"^(?:(?:the|my|a) )?(?:correct )?answer(?: to (?:this|the|your) question)?(?: is| would be)?(?: that\b|:)\s*",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(r"^(?:the|this|that) (?:passage|question|answer|text|article|sentence)s?\b", re.IGNORECASE)


class LLMSynthesizer:
    """Drafts what a language model writes, so far as it points at passages that it was given."""

    def __init__(self, model: LanguageModel, most: int, seed: int | None = None) -> None:
        """Takes the model.

        Args:
            model: Writes.
            most: Largest number of statements in an answer.
            seed: Makes the keys of passages; None: nobody can tell them beforehand.
        """
        self.name = model.name
        self._model = model
        self._most = most
        self._seed = seed

    def draft(self, question: Question, evidence: Sequence[Evidence], stop: Stop) -> Generator[Draft | Removed]:
        """Drafts each sentence as soon as it is written; see `Synthesizer.draft`.

        Raises:
            LLMError: The model did not answer, broke off, or took too long.
            Refused: It wrote nothing, or that the passages do not answer.
        """
        # The same question gets the same keys, in whatever order several are asked.
        random = Random(secrets.randbits(128) if self._seed is None else f"{self._seed} {question.resolved}")
        asked = plain_line(question.resolved)
        rules = messages(asked, [], most=self._most)
        room = self._model.window - ANSWER_TOKENS - sum(tokens(str(message.content)) + 8 for message in rules)
        passages = fence(evidence, min(self._model.evidence_tokens, room), random)
        told = messages(asked, [passage.text for passage in passages], most=self._most)
        form = grammar([passage.key for passage in passages], most=self._most) if self._model.takes_grammar else None
        with closing(self._model.stream(told, stop, seed=self._seed, grammar=form)) as pieces:
            yield from self._drafts(pieces, {passage.key: passage for passage in passages})

    def _drafts(self, pieces: Iterator[str], passages: dict[str, Fenced]) -> Generator[Draft | Removed]:
        wrote = False
        lost = repeated = kept = 0
        before: set[Written] = set()
        seen: set[tuple[str, ...]] = set()
        for written in map(_without_lead_in, _read(pieces)):
            if not wrote and written.text.strip(" .").upper() == NOT_STATED:
                raise Refused("found no answer in the passages")
            wrote = True
            drafted = _drafted(written, passages, seen)
            yield drafted
            lost, kept = (0, kept + 1) if isinstance(drafted, Draft) else (lost + 1, kept)
            repeated = repeated + 1 if written in before else 0
            before.add(written)
            if lost == _MOST_LOST or repeated == _MOST_REPEATED or kept == _DRAFTS_FOR_A_STATEMENT * self._most:
                return
        if not wrote:
            raise Refused("wrote nothing")


def _without_lead_in(written: Written) -> Written:
    """A sentence without "The answer is that" before it."""
    text = written.text
    while (said := _LEAD_IN.sub("", text, count=1).strip(' "“')) and said != text:
        text = said[:1].upper() + said[1:]
    return replace(written, text=text)


def _read(pieces: Iterator[str]) -> Iterator[Written]:
    reader = Reader()
    for piece in pieces:
        yield from reader.take(piece)
    yield from reader.finish()


def _drafted(written: Written, passages: dict[str, Fenced], seen: set[tuple[str, ...]]) -> Draft | Removed:
    words = tuple(_WORD.findall(written.text.lower()))
    cited = [passages[key] for key in dict.fromkeys(written.keys) if key in passages]
    if words in seen:
        reason = "said before"
    elif not written.keys:
        reason = "cites nothing"
    elif not cited:
        reason = "cites what it was not given"
    elif len(words) < _FEWEST_WORDS:
        reason = "no sentence"
    elif _ABOUT_ITSELF.match(written.text):
        reason = "says something of its passages, not of the news"
    else:
        seen.add(words)
        return Draft(written.text, "generated", tuple(item for passage in cited for item in passage.evidence))
    return Removed(text=written.text[:_LONGEST_SHOWN], reason=reason)
