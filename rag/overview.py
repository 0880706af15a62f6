"""Views of the whole archive: what somebody says, and the figures of one thing."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from index.archive import Archive
from index.errors import QuestionError
from index.scope import Scope
from index.syncing import Progress
from rag.assembly import searched_in
from rag.citing import Cited, claimed, figure_of
from rag.claimants import ClaimantFinder
from rag.evidence import Evidence
from rag.figure_search import FigureFinder, how_many, subject_of
from rag.question import Question, read_question
from rag.table import SaidBy, rows
from rag.timeline import Timeline, in_order
from rag.understanding import Understanding
from rag.wording import coverage


class Overview:
    """Makes the views. May be used from several threads."""

    def __init__(self, archive: Archive, understanding: Understanding, today: Callable[[], date]) -> None:
        """Takes finished parts.

        Args:
            archive: What is looked through.
            understanding: What the archive knows of names.
            today: Tells the day from which "yesterday" counts where no `as_of` is given.
        """
        self._archive = archive
        self._understanding = understanding
        self._today = today

    def claims(self, by: str, scope: Scope, progress: Progress | None = None) -> SaidBy:
        """What somebody says; see `AnswerEngine.claims`."""
        name = _checked(by, "name", "Peskov").text
        finder = ClaimantFinder(self._archive, self._understanding.variants)
        found = finder.claims(name, scope, progress)
        cited = Cited()
        said = [claimed(each, cited.number(Evidence(each.article, each.sentence, 1.0))) for each in found]
        searched = searched_in([day for _, day in self._archive.dated(scope)])
        near = () if found else tuple(finder.near(name, scope))
        missing = f"No article quotes anybody named “{name}”{_offered(near)} Searched: {coverage(searched)}."
        return SaidBy(
            by=name,
            as_of=scope.as_of and scope.as_of.isoformat(),
            claimants=tuple(dict.fromkeys(each.claimant for each in said if each.claimant)),
            claims=rows(said, cited.citations),
            citations=cited.citations,
            near=near,
            searched=searched,
            missing=None if found else missing,
        )

    def timeline(self, subject: str, scope: Scope, progress: Progress | None = None) -> Timeline:
        """The figures of one thing; see `AnswerEngine.timeline`."""
        given = _checked(subject, "subject", "North Korean troops").text
        asked = how_many(given)
        question = self._complete(read_question(asked), scope)
        latest_first = FigureFinder(self._archive).figures(question, scope, progress)
        found = sorted(latest_first, key=lambda each: each.day or date.max)
        cited = Cited()
        points = [figure_of(each, cited.number(each.evidence)) for each in found]
        searched = searched_in([day for _, day in self._archive.dated(scope)])
        about = question.resolved if asked == given else subject_of(question.resolved)
        return Timeline(
            subject=about,
            as_of=scope.as_of and scope.as_of.isoformat(),
            points=in_order(points),
            citations=cited.citations,
            searched=searched,
            missing=None if points else f"No article gives a figure of “{about}”. Searched: {coverage(searched)}.",
        )

    def _complete(self, question: Question, scope: Scope) -> Question:
        mended = self._understanding.mended(question)
        return self._understanding.complete(mended, scope.as_of or self._today(), as_of=scope.as_of)


def _checked(text: str, what: str, example: str) -> Question:
    if not isinstance(text, str) or not re.search(r"\w", text):
        raise QuestionError(f"The {what} is {text!r}. Give one, for instance: {example}.")
    return read_question(text)


def _offered(near: Sequence[str]) -> str:
    return f"; the archive quotes: {', '.join(near)}." if near else "."
