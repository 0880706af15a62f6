"""What the browser sends back of a conversation: answers that this server sealed, to be exported or remarked upon."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from index.errors import RequestError
from ui.document import Exchange
from ui.exporting import Form
from ui.feedback import LONGEST_NOTE
from ui.sealing import Seal

_UNKNOWN = "This answer was not given by this server, or not since it was started. Ask again, and then try anew."


class _Sent(BaseModel):
    model_config = ConfigDict(extra="ignore")


class SentTurn(_Sent):
    """A turn as the browser kept it: the answer as it was sealed, and the filters of its question."""

    sealed: str
    since: str = Field("", max_length=200)
    outlet: str = Field("", max_length=200)

    def exchange(self, seal: Seal) -> Exchange:
        """The answer with its filters.

        Raises:
            RequestError: It was not sealed by this server.
        """
        answer = seal.opened(self.sealed)
        if answer is None:
            raise RequestError(_UNKNOWN)
        return Exchange(answer, self.since.strip() or None, self.outlet.strip() or None)


class SentConversation(_Sent):
    """Turns that are to be exported, oldest first."""

    form: Form
    turns: list[SentTurn] = Field(min_length=1, max_length=100)


class SentRemark(_Sent):
    """What a visitor thinks of an answer, with the questions before it."""

    turn: SentTurn
    good: bool
    note: str = Field("", max_length=10 * LONGEST_NOTE)
    before: list[str] = Field([], max_length=100)
