"""What the controls of the page do; what they send is read by `ui.asking`, what they show is made by `ui.markup`."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from index.errors import DatelineError
from rag import Answer, AnswerEngine, Chat
from rag.events import Events
from rag.question import Filters
from ui.asking import asked_of, marks_of, number_of, texts_of
from ui.listing import Listing, coverage, holdings
from ui.markup.articles import article_gone, article_in_full
from ui.markup.turns import turn_html
from ui.markup.words import short
from ui.sealing import Seal, still_stands
from ui.suggesting import Suggestions
from ui.turns import Asked, Turn

log = logging.getLogger(__name__)

_CONTEXT = 10
"""Answers of a conversation that a follow-up may refer to; the browser keeps the others."""

_RESTORED = 50  # Turns that are brought back at a time.
_LONGEST_KEPT = 400_000  # Characters of a sealed answer, at most.
_PROMISE = "Answers in the archive’s own words: every line a dated, attributed quote."
_PROMISE_WORDED = "Answers worded by {model}: every line verified against dated, attributed passages."
_WRONG = "Something went wrong while answering. Try again; the server's log says more."


class Shown(TypedDict, total=False):
    """What the page shows next.

    Attributes:
        number: Of the turn; that of the same number is replaced.
        working: Whether more of it is to come.
        sealed: The whole answer, to be kept in the browser.
        articles: Ids of the articles cited, or of those that come near.
    """

    number: int
    html: str
    working: bool
    sealed: str
    articles: list[str]
    resolved: str
    stands: bool


@dataclass
class Session:
    """One visitor's conversation. Gradio gives each visitor a deep copy of the first, so that one stays empty."""

    answers: dict[int, Answer] = field(default_factory=dict)
    turn: Turn | None = None
    events: Events | None = None

    def begin(self, number: int, asked: Asked, *, again: bool) -> Turn:
        """Opens a turn; what came after that number is forgotten, unless the turn is only asked again."""
        self.halt()
        self.answers = {each: its for each, its in self.answers.items() if each < number or (again and each > number)}
        self.turn = Turn(number, asked)
        return self.turn

    def keep(self, number: int, answer: Answer) -> None:
        """Keeps an answer for follow-ups, and lets go of the oldest."""
        self.answers[number] = answer
        self.answers = dict(sorted(self.answers.items())[-_CONTEXT:])

    def halt(self) -> None:
        """Ends the turn under way where it stands."""
        if self.turn is not None and self.turn.working:
            self.turn.stopped = True
            if self.events is not None:
                self.events.close()  # A language model at work on it is stopped now, not at its next sentence.


class Desk:
    """What the controls of the page do. May be used from several threads.

    Attributes:
        seal: By which its answers are known again.
    """

    def __init__(self, engine: AnswerEngine) -> None:
        """Takes what answers."""
        self._engine = engine
        self._quoting = engine.quoting()
        self.seal = Seal()
        self._suggestions = Suggestions(engine)
        self._listing = Listing(engine)

    def ask(self, given: Any, session: Session) -> Iterator[tuple[Shown, Session]]:
        """Answers a question, showing every statement as soon as it is verified.

        Args:
            given: The question, its filters, and the number of its turn; see `Asked`.
            session: The visitor's.
        """
        again = isinstance(given, Mapping) and given.get("again") is True
        turn = session.begin(self._number(given, session), asked_of(given), again=again)
        yield self._shown(turn), session
        for _ in self._answer(turn, session):
            yield self._shown(turn), session

    def refused(self, given: Any, session: Session, problem: str) -> Shown:
        """Shows why a question is not answered at all."""
        turn = Turn(self._number(given, session), asked_of(given))
        turn.problem = problem
        return self._shown(turn)

    def stop(self, given: Any, session: Session) -> Session:
        """Ends the turn under way where it stands, if it is still the one that is meant: `{"number": NUMBER}`."""
        if session.turn is not None and number_of(given, "number", 0) == session.turn.number:
            session.halt()
        return session

    def restart(self, session: Session) -> Session:
        """Begins a new conversation."""
        session.halt()
        return Session()

    def restore(self, given: Any, session: Session) -> tuple[list[Shown], Session]:
        """Brings back turns that the browser kept; those that do not stand any more come without an answer."""
        session.halt()
        session = Session()
        kept = given.get("turns") if isinstance(given, Mapping) else None
        shown = [self._restored(each, session) for each in (kept if isinstance(kept, list) else [])[-_RESTORED:]]
        return [each for each in shown if each is not None], session

    def opening(self, given: Any) -> dict[str, object]:
        """What the page is filled with when it is opened."""
        model = self._engine.worded_by
        return {
            "promise": _PROMISE if model is None else _PROMISE_WORDED.format(model=short(model)),
            "covers": coverage(self._engine),
            "holds": holdings(self._engine),
            "outlets": self._engine.archive.outlets(),
            "words": model,
        }

    def examples(self, given: Any) -> list[str]:
        """Questions to begin with; they are made when first asked for, and anew when the archive has changed."""
        return self._suggestions.to_begin_with()

    def article(self, given: Any) -> str:
        """An article in full, its quotes marked: `{"article": ID, "marks": [[number, start, end, quote]]}`."""
        fields = given if isinstance(given, Mapping) else {}
        marks = marks_of(fields.get("marks"))
        try:
            return article_in_full(self._engine.article(str(fields.get("article"))), marks)
        except KeyError:
            return article_gone(marks)

    def articles(self, given: Any) -> str:
        """The articles of the archive: `{"words": TEXT, "begin": NUMBER}`."""
        fields = given if isinstance(given, Mapping) else {}
        words = " ".join(texts_of([fields.get("words")], 1, 200))
        return self._listing.rows(words, number_of(given, "begin", 0))

    def suggestions(self, given: Any) -> list[str]:
        """Questions to go on with: `{"articles": [ID], "asked": [QUESTION], ...filters}`."""
        fields = given if isinstance(given, Mapping) else {}
        asked = asked_of(given)
        return self._suggestions.from_articles(
            texts_of(fields.get("articles"), 10, 1_000), texts_of(fields.get("asked"), 100, 2_000), _filters(asked)
        )

    def _number(self, given: Any, session: Session) -> int:
        latest = max([0, *session.answers, session.turn.number if session.turn else 0])
        return number_of(given, "number", latest + 1)

    def _answer(self, turn: Turn, session: Session) -> Iterator[None]:
        try:
            chat = Chat(self._quoting if turn.asked.quotes else self._engine)
            chat.turns = [answer for number, answer in sorted(session.answers.items()) if number < turn.number]
            session.events = chat.stream(turn.asked.question, **_filters(turn.asked))
            for event in session.events:
                if turn.stopped:
                    return
                turn.add(event)
                if turn.answer is not None:
                    session.keep(turn.number, turn.answer)
                    turn.seal = self.seal.sealed(turn.answer)
                yield
            if turn.working:
                raise RuntimeError("the engine ended without an answer")
        except DatelineError as error:
            turn.problem = str(error)
            yield
        except Exception:
            log.exception("A question could not be answered")
            turn.problem = _WRONG
            yield

    def _restored(self, given: object, session: Session) -> Shown | None:
        if not isinstance(given, Mapping):
            return None
        number, asked = number_of(given, "number", 0), asked_of(given.get("asked"))
        sealed = given.get("sealed")
        if not number or not isinstance(sealed, str) or len(sealed) > _LONGEST_KEPT:
            return None
        answer = self.seal.opened(sealed)
        if answer is None or not still_stands(answer, self._engine.article):
            return {"number": number, "stands": False, "working": False}
        session.keep(number, answer)
        turn = Turn.of(number, asked, answer)
        turn.seal = sealed
        return self._shown(turn)

    def _shown(self, turn: Turn) -> Shown:
        shown: Shown = {"number": turn.number, "html": turn_html(turn), "working": turn.working}
        if turn.answer is not None and turn.seal is not None:
            cited = turn.answer.citations or turn.answer.related
            shown["sealed"] = turn.seal
            shown["articles"] = list(dict.fromkeys(citation.article_id for citation in cited))
            shown["resolved"] = turn.answer.resolved_question
        return shown


def _filters(asked: Asked) -> Filters:
    return {"as_of": asked.as_of or None, "since": asked.since or None, "outlet": asked.outlet or None}
