"""The whole: from a question to an answer of which every statement is verified."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from llama_index.core.schema import NodeWithScore, TextNode

from index.archive import Archive
from index.article import Article
from index.embedding import PassageEmbedding
from index.errors import QuestionError
from index.scope import Scope
from index.settings import Settings, load_settings
from index.syncing import Progress, SyncReport
from index.syncing import sync as sync_index
from rag.answer import Answer, Event, Hit, source_of
from rag.assembly import AnswerBuilder, not_answered, searched_in, what_is_missing
from rag.conversation import Chat
from rag.disputes import DisputeFinder, named_first, of_others, with_denials
from rag.drafting import Drafting
from rag.equipment import parts_named
from rag.events import Events, Stop
from rag.evidence import EvidenceFinder, Found
from rag.examples import candidate_questions
from rag.figures import FigureFound, counted_in, figures_in, words_for
from rag.language import entities
from rag.llms import LanguageModel
from rag.memory import archive_in_memory
from rag.ordering import in_wanted_order
from rag.overview import Overview
from rag.premises import SAYS_OTHERWISE, is_contradicted, with_what_contradicts
from rag.question import Filters, Question, read_day, read_question
from rag.reader import Judge
from rag.retrieval import HybridRetriever
from rag.table import SaidBy
from rag.timeline import Timeline
from rag.understanding import Understanding
from rag.verification import Verifier

_MOST_HITS = 100
_EXAMPLES = 4
_FIGURE_PASSAGES = 40


class AnswerEngine:
    """Answers questions from an archive. May be used from several threads."""

    def __init__(
        self,
        archive: Archive,
        embedding: PassageEmbedding,
        drafting: Drafting,
        verifier: Verifier,
        *,
        passages: int,
        model: LanguageModel | None = None,
        reader: Judge | None = None,
        caution: float = 0.5,
        report: SyncReport | None = None,
        today: Callable[[], date] = date.today,
        second_reader: Judge | None = None,
    ) -> None:
        """Takes finished parts; see `open` and `from_articles`.

        Args:
            archive: What is searched.
            embedding: The model that made its vectors.
            drafting: Makes the statements.
            verifier: Checks them.
            passages: How many passages are read for an answer.
            model: The language model that the engine owns, if there is one.
            reader: Says which sentences answer; None: nearness, words and kind of answer alone do.
            caution: How sure a reader must be that the question is answered, from 0 to 1; below it the engine abstains.
            report: What the `sync` before it did, if there was one.
            today: Tells the day from which "yesterday" counts where no `as_of` is given.
            second_reader: Reads again what the reader found likeliest, more surely and more slowly.
        """
        self.archive = archive
        self.report = report
        self.embedding = embedding
        self._drafting = drafting
        self._model = model
        self._verifier = verifier
        self._passages = passages
        self._finder = EvidenceFinder(archive, embedding, reader, caution, second_reader)
        self._disputes = DisputeFinder(archive, embedding)
        self._understanding = Understanding(archive)
        self._overview = Overview(archive, self._understanding, today)
        self._today = today

    @classmethod
    def open(
        cls,
        corpus: str | Path | None = None,
        *,
        index: str | Path | None = None,
        sync: bool = True,
        llm: str | None = None,
        llm_url: str | None = None,
        reader: str | None = None,
        settings: Settings | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Opens the archive of a folder of articles.

        Args:
            corpus: The folder; by default what the settings say, else "corpus".
            index: The folder of its index; by default `.dateline/NAME` beside it.
            sync: Bring the index up to date first.
            llm: Who words the answer: "quote" makes it of quotes alone; "llamacpp:/path/model.gguf",
                "llamacpp:hf:ORG/REPO", "openai:MODEL" and "ollama:MODEL" name a language model.
            llm_url: Address of an OpenAI-compatible API for "openai:" and "ollama:".
            reader: Who says which sentences answer: "built-in", "quick", "off", or a CrossEncoder of
                sentence-transformers; see `Settings`.
            settings: All settings at once, in place of those above, the environment and `dateline.toml`.
            progress: Told how far the indexing is.

        Raises:
            CorpusError: The folder is missing, empty, or holds nothing that can be read.
            IndexMismatch: There is no index and `sync` is off, or it was made with another model or cut.
            IndexLocked: Another process is writing the index.
            ModelUnavailable: A model is not there, or its weights fail their check.
            LLMError: The language model named is not one that can be used.
            SettingsError: A setting cannot be used.
        """
        if settings is None:
            settings = load_settings(corpus=corpus, index=index, llm=llm, llm_url=llm_url, reader=reader)
        embedding = PassageEmbedding.named(settings.embedding)
        parts = parts_named(settings, embedding)
        report = None
        if sync:
            report = sync_index(
                settings.corpus, settings.index_dir, embedding, settings.passage_tokens, progress=progress
            )
        return cls(Archive.open(settings.index_dir, embedding.model_name), embedding, **parts, report=report)

    @classmethod
    def from_articles(cls, articles: Iterable[Mapping[str, Any]], *, settings: Settings | None = None) -> Self:
        """Indexes articles in memory.

        Args:
            articles: Each with "id" and "text", and, where known, "title", "outlet" and "date" (a date or ISO text).
                Offsets count in "text" exactly as it was given.
            settings: In place of those from the environment and `dateline.toml`.

        Raises:
            CorpusError: There is none, an id is missing or there twice, or a text or date cannot be used.
        """
        settings = settings or load_settings()
        embedding = PassageEmbedding.named(settings.embedding)
        parts = parts_named(settings, embedding)
        return cls(archive_in_memory(articles, embedding, settings.passage_tokens), embedding, **parts)

    def ask(self, question: str, **filters: Unpack[Filters]) -> Answer:
        """Answers one question.

        Args:
            question: In words.
            **filters: `as_of`, `since` and `outlet`; see `Filters`.

        Raises:
            QuestionError: The question is empty or too long, or a filter cannot be used.
        """
        *_, last = self.stream(question, **filters)
        assert last.answer is not None
        return last.answer

    def stream(self, question: str, **filters: Unpack[Filters]) -> Events:
        """Answers one question step by step; see `ask`.

        Returns:
            Steps, then each statement once it is verified, at last the whole answer. Its `close` leaves the answer
            unfinished and stops a language model that is at work on it; it may be called from any thread.
        """
        return self.answer(self.read(question), self.scope(**filters))

    def chat(self) -> Chat:
        """Begins a conversation, in which a question may refer to those before it."""
        return Chat(self)

    def read(self, question: str) -> Question:
        """Checks a question and mends its spelling by what the archive knows.

        Raises:
            QuestionError: It is empty or too long.
        """
        return self._understanding.mended(read_question(question))

    def search(self, query: str, k: int = 10, **filters: Unpack[Filters]) -> list[Hit]:
        """Finds passages, best first, with no answer made of them; see `Filters`.

        Raises:
            QuestionError: The query is empty or too long, k is not from 1 to 100, or a filter cannot be used.
        """
        if not isinstance(k, int) or not 1 <= k <= _MOST_HITS:
            raise QuestionError(f"k is {k!r}; ask for 1 to {_MOST_HITS} passages.")
        scope = self.scope(**filters)
        found = self._retrieve(self._complete(self.read(query), scope), k, scope)
        return [self._hit(node) for node in found]

    def claims(self, by: str, *, progress: Progress | None = None, **filters: Unpack[Filters]) -> SaidBy:
        """What somebody says in the whole archive, by day; see `Filters`.

        Args:
            by: A name or an office, such as "Peskov" or "Kremlin spokesman".
            progress: Told how many of the articles that name them are read.
            **filters: `as_of`, `since` and `outlet`.

        Raises:
            QuestionError: The name is empty or too long, or a filter cannot be used.
        """
        return self._overview.claims(by, self.scope(**filters), progress)

    def timeline(self, subject: str, *, progress: Progress | None = None, **filters: Unpack[Filters]) -> Timeline:
        """The figures of one thing in the whole archive, by day; see `Filters`.

        Args:
            subject: What is counted, such as "North Korean troops", or a question of how many.
            progress: Told how many of the articles that may hold a figure are read.
            **filters: `as_of`, `since` and `outlet`.

        Raises:
            QuestionError: The subject is empty, too long or nothing that is counted, or a filter cannot be used.
        """
        return self._overview.timeline(subject, self.scope(**filters), progress)

    def article(self, article_id: str) -> Article:
        """One article of the archive.

        Raises:
            KeyError: There is none of that id.
        """
        return self.archive.article(article_id)

    def articles(self) -> list[Article]:
        """All articles of the archive, by id."""
        return self.archive.articles()

    @property
    def worded_by(self) -> str | None:
        """The language model that words the answers; None where they are made of quotes."""
        return None if self._model is None else self._model.name

    def scope(self, **filters: Unpack[Filters]) -> Scope:
        """Reads filters.

        Raises:
            QuestionError: One cannot be read, the days are in the wrong order, or there is no such outlet.
        """
        last, first = read_day(filters.get("as_of"), "as_of"), read_day(filters.get("since"), "since")
        if last and first and first > last:
            raise QuestionError(f"since ({first}) is after as_of ({last}), so no article can be in between.")
        outlet = filters.get("outlet")
        known = self.archive.outlets()
        named = next((name for name in known if outlet and name.casefold() == outlet.strip().casefold()), None)
        if outlet and named is None:
            raise QuestionError(f"No article is from {outlet!r}. Outlets known: {', '.join(known) or 'none'}.")
        return Scope(last, first, named)

    def answer(self, question: Question, scope: Scope) -> Events:
        """Answers a question that stands alone; `ask` and `stream` are the ways in."""
        stop = Stop()
        return Events(self._answer(question, scope, stop, self._drafting), stop)

    def _answer(self, question: Question, scope: Scope, stop: Stop, drafting: Drafting) -> Generator[Event]:
        began = time.perf_counter()
        question = self._complete(question, scope)
        if question.dates and question.dates.as_of and scope.as_of is None:
            scope = replace(scope, as_of=question.dates.last)
        yield Event(type="step", step="Searching the archive")
        parts = [self._complete(part, scope) for part in question.alone()]
        passages = [self._retrieve(part, self._passages, scope) for part in parts]
        retrieved = time.perf_counter()
        yield Event(type="step", step=f"Reading {len({node.node_id for found in passages for node in found})} passages")
        each = [self._found(part, nodes) for part, nodes in zip(parts, passages, strict=True)]
        found, unknown = Found.of(each), self._finder.unknown_names(question)
        builder = AnswerBuilder(self._verifier, self.archive.outlets())
        if found.answering:
            yield Event(type="step", step="Checking what is said against its sources")
            figures = self._figures(parts[0], found, scope)
            evidence = in_wanted_order(parts[0], found.answering, figures, partial(self._disputes.find, scope=scope))
            evidence = named_first(evidence, question.resolved)
            denials = self._disputes.find([question.resolved, evidence[0].text], scope)
            if parts[0].in_time is None:
                evidence = with_denials(evidence, denials, question)
            yield from drafting.statements(question, evidence, builder, stop)
            if builder.statements and is_contradicted(parts[0], evidence[0], self._verifier):
                builder.note(SAYS_OTHERWISE)
            if builder.statements and not stop.asked:
                builder.set_beside(of_others(denials, evidence[0]), figures)
            for part, its in zip(question.parts, each, strict=True):
                if not its.answering:
                    builder.note(not_answered(part, its.lacking))
        searched = searched_in([day for _, day in self.archive.dated(scope)], self.archive.newest(scope))
        answer = builder.build(
            question,
            as_of=scope.as_of,
            searched=searched,
            missing=what_is_missing(question, unknown, found.lacking, searched),
            nearest=found.ranked,
            confidence=found.confidence,
            synthesizer=drafting.name_of(builder),
            timings_ms={"retrieve": _ms(began, retrieved), "answer": _ms(retrieved, time.perf_counter())},
        )
        yield Event(type="answer", answer=answer)

    def examples(self) -> list[str]:
        """Up to four questions to begin with, made from the archive and answered by it."""
        asked: list[str] = []
        quoting = self._drafting.quoting()  # A language model would take minutes for them.
        for question, word in candidate_questions(self.articles()):
            *_, last = self._answer(read_question(question), Scope(), Stop(), quoting)
            answer = last.answer
            if answer and answer.statements and word in answer.statements[0].text:
                asked.append(question)
            if len(asked) == _EXAMPLES:
                break
        return asked

    def quoting(self) -> Self:
        """This engine without its language model, answering by quotes alone; they share the archive."""
        quoting = copy(self)
        quoting._drafting, quoting._model = self._drafting.quoting(), None
        return quoting

    def warm_up(self) -> None:
        """Loads the models now, so that the first question does not wait for them."""
        self.embedding.load()
        self.read("Ready?")
        entities("Ready.")
        if self._model is not None:
            self._model.warm_up()

    def close(self) -> None:
        """Lets go of the archive and of the language model."""
        self.archive.close()
        if self._model is not None:
            self._model.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _complete(self, question: Question, scope: Scope) -> Question:
        return self._understanding.complete(question, scope.as_of or self._today(), as_of=scope.as_of)

    def _found(self, question: Question, passages: Sequence[NodeWithScore]) -> Found:
        """The evidence for one question; none to answer from where it names what stands nowhere in the archive."""
        found = self._finder.find(question, passages)
        if self._finder.unknown_names(question):
            return replace(found, answering=(), confidence=0.0)
        return with_what_contradicts(question, found, self._verifier)

    def _figures(self, question: Question, found: Found, scope: Scope) -> list[FigureFound]:
        """The figures of what a question of "how many" counts, from more passages than are read for the answer."""
        unit = counted_in(question.resolved)
        if unit is None:
            return []
        passages = self._retrieve(question, _FIGURE_PASSAGES, scope, words_for(unit))
        near = [*found.ranked, *self._finder.sentences(passages)]
        unique = {(item.article.id, item.sentence.start): item for item in reversed(near)}
        return figures_in(
            [item for item in near if item is unique[item.article.id, item.sentence.start]], unit, question
        )

    def _retrieve(self, question: Question, k: int, scope: Scope, more: Sequence[str] = ()) -> list[NodeWithScore]:
        also = sorted({*more, *(term for others in question.variants.values() for other in others for term in other)})
        retriever = HybridRetriever(self.archive, self.embedding, k, scope, also, question.days)
        return retriever.retrieve(question.resolved)

    def _hit(self, found: NodeWithScore) -> Hit:
        node = found.node
        assert isinstance(node, TextNode) and node.start_char_idx is not None and node.end_char_idx is not None
        article = self.archive.article(node.metadata["article_id"])
        return Hit(
            **source_of(article),
            passage_id=node.node_id,
            start=node.start_char_idx,
            end=node.end_char_idx,
            text=node.text,
            score=round(found.score or 0.0, 6),
        )


def _ms(began: float, ended: float) -> int:
    return round(1000 * (ended - began))
