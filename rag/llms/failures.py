"""What can go wrong with a language model, each in words for the person who asked.

Nothing that the server said is repeated: it may hold the key, or be an attack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import openai

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z.+-]{1,30}")
_STATUSES = {
    400: "refused the request (400)",
    401: "refused the key (401); set OPENAI_API_KEY to one that it accepts",
    403: "refused the key (403); set OPENAI_API_KEY to one that may use this model",
    404: "knows no such model or path (404); most addresses end in /v1",
    413: "found the request too long (413)",
    429: "is asked too often, or the account is used up (429)",
}


class NotAStream(Exception):
    """What came in place of a stream of events; its message is the media type."""


class BrokenOff(Exception):
    """The stream ended though the model had not."""


class Endless(Exception):
    """More came than any answer has."""


def in_words(error: BaseException) -> str | None:
    """Continues "The language model ...": what it did. None where the error is of no kind known here."""
    for cause in _causes(error):
        said = _in_words(cause)
        if said is not None:
            return said
    return None


def _in_words(error: BaseException) -> str | None:
    match error:
        case NotAStream():
            kind = str(error).split(";")[0].strip().lower()
            named = kind if _MEDIA_TYPE.fullmatch(kind) else "something else"
            return f"sent {named} in place of a stream of events; most addresses end in /v1"
        case openai.APIStatusError(status_code=status):
            return _status(status)
        case Endless():
            return "sent more than any answer has"
        case httpx.ConnectTimeout():
            return "could not be reached in time"
        case httpx.ConnectError():
            return _unreachable(error)
        case BrokenOff() | httpx.TransportError():
            return "broke off its answer"
        case openai.APIResponseValidationError() | ValueError() | TypeError() | LookupError() | AttributeError():
            return "sent what is no chat completion"
        case openai.APIConnectionError():
            return None if error.__cause__ else "could not be reached"
        case openai.APIError():
            return "reported an error in the middle of its answer"
    return None


def _status(status: int) -> str:
    if status in _STATUSES:
        return _STATUSES[status]
    if 300 <= status < 400:
        return f"sends us on to another address ({status}), which is not followed; name that one if it is right"
    return f"failed ({status})" if status >= 500 else f"refused the request ({status})"


def _unreachable(error: BaseException) -> str:
    words = str(error).lower()
    if "refused" in words or "all connection attempts failed" in words:
        return "is not there: the connection was refused"
    if "certificate" in words or "ssl" in words:
        return "could not be reached: its certificate or encryption cannot be trusted"
    return "could not be reached: there is no way to this address"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error, what led to it, and so on; the last cause says most, so it comes first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__
    yield from reversed(chain)
