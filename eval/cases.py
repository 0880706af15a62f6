"""Questions with what their answers must hold."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter


class Case(BaseModel):
    """One question.

    Attributes:
        lead: Words of the articles, one of which the first statement of the answer must hold.
        abstain: Whether the archive does not say.
        as_of: The day (ISO) on which it is asked.
        after: The question asked before it in the same conversation.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    lead: tuple[str, ...] = ()
    abstain: bool = False
    as_of: str | None = None
    after: str | None = None


def built_in_cases() -> list[Case]:
    """The questions on the articles that come with Dateline."""
    # Without YAML's own dates: a day stays as it is written.
    text = (Path(__file__).parent / "cases" / "corpus.yaml").read_text(encoding="utf-8")
    return TypeAdapter(list[Case]).validate_python(yaml.load(text, Loader=yaml.BaseLoader))
