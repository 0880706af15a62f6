"""From evidence to verified statements: by a synthesizer, and by quotes where it fails."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing

from index.errors import LLMError
from rag.answer import Event, Removed
from rag.assembly import AnswerBuilder
from rag.events import Stop
from rag.evidence import Evidence
from rag.question import Question
from rag.synthesis import Draft, QuoteSynthesizer, Refused, Synthesizer

_STANDS_IN = "This answer is made of quotes instead."
_COMPLETES = "Quotes complete the answer."


class Drafting:
    """Has statements made and verified; there is an answer whatever a language model does."""

    def __init__(self, synthesizer: Synthesizer, quotes: QuoteSynthesizer, most: int) -> None:
        """Takes who drafts the statements, who stands in, and the largest number of statements."""
        self._synthesizer = synthesizer
        self._quotes = quotes
        self._most = most

    def quoting(self) -> Drafting:
        """The same by quotes alone."""
        return Drafting(self._quotes, self._quotes, self._most)

    def name_of(self, builder: AnswerBuilder) -> str:
        """Whose statements an answer shows."""
        return self._synthesizer.name if builder.generated else self._quotes.name

    def statements(
        self, question: Question, evidence: Sequence[Evidence], builder: AnswerBuilder, stop: Stop
    ) -> Generator[Event]:
        """Hands drafts to the builder.

        Yields:
            Each statement once it is verified.
        """
        reason: str | None = None
        try:
            yield from self._verified(self._synthesizer.draft(question, evidence, stop), builder)
        except LLMError as error:
            reason = str(error)
        except Refused as refused:
            reason = f"The language model {self._synthesizer.name} {refused}."
        if self._synthesizer is self._quotes or stop.asked or (builder.statements and reason is None):
            return
        if reason is None:
            reason = f"Nothing that the language model {self._synthesizer.name} wrote could be verified."
        builder.note(f"{reason} {_COMPLETES if builder.statements else _STANDS_IN}")
        missing = (
            draft
            for draft in self._quotes.draft(question, evidence, stop)
            if not any(
                (item.article.id, item.sentence.start, item.sentence.end) in builder.cited for item in draft.evidence
            )
        )
        yield from self._verified(missing, builder)

    def _verified(self, drafts: Generator[Draft | Removed], builder: AnswerBuilder) -> Generator[Event]:
        with closing(drafts):  # Who leaves the answer, or has all of it, leaves the model at once.
            for draft in drafts:
                if isinstance(draft, Removed):
                    builder.remove(draft)
                elif (event := builder.take(draft)) is not None:
                    yield event
                if builder.statements == self._most:
                    return
