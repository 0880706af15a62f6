"""How long to wait before asking again."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai

ATTEMPTS = 4
_FIRST_WAIT = 0.5
"""Seconds; twice as long each time."""


def wait_before(attempt: int, error: Exception) -> float | None:
    """How long to wait before asking once more.

    Args:
        attempt: How often it was asked, counted from 1.
        error: What came of it.

    Returns:
        Seconds: what the server asks for in `Retry-After` (RFC 9110, 10.2.3), else twice as long each time; None where
        asking again is of no use.
    """
    if attempt >= ATTEMPTS or not isinstance(error, openai.APIStatusError):
        return None
    if error.status_code != 429 and error.status_code < 500:
        return None
    asked_for = retry_after(error.response.headers.get("Retry-After", ""), datetime.now(UTC))
    return asked_for if asked_for is not None else _FIRST_WAIT * 2 ** (attempt - 1)


def retry_after(value: str, now: datetime) -> float | None:
    """Reads `Retry-After`: seconds, or the moment at which to come back.

    Returns:
        Seconds from now, at least 0; None where the header says nothing that can be read.
    """
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None
