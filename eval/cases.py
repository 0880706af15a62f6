"""Questions with what their answers must hold, read from YAML; the format is described in `cases/README.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from eval.entries import place, read_entries
from index.errors import EvalError

BUILT_IN = Path(__file__).parent / "cases"
"""The folder of the questions on the articles that come with Dateline."""

Kind = Literal[
    "fact", "speaker", "denial", "figure", "as_of", "several", "follow_up", "spelling", "false_premise",
    "near_miss", "far",
]  # fmt: skip
Words = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Nugget(_Strict):
    """One thing that an answer should say.

    Attributes:
        vital: What it is, in a sentence, where an answer without it is none; else None.
        okay: What it is, where it is good to have; else None.
        quotes: By article id, verbatim slices of that article; each of them alone says it.
    """

    vital: Words | None = None
    okay: Words | None = None
    quotes: dict[str, tuple[Words, ...]] = Field(min_length=1)

    @model_validator(mode="after")
    def _either(self) -> Self:
        if (self.vital is None) == (self.okay is None):
            raise ValueError("a nugget says what it is under either `vital` or `okay`")
        return self

    @property
    def says(self) -> str:
        """What it is, in a sentence."""
        return self.vital or self.okay or ""

    @property
    def is_vital(self) -> bool:
        """Whether an answer without it is none."""
        return self.vital is not None

    def slices(self) -> Iterator[tuple[str, str]]:
        """Every quote with the id of its article."""
        return ((article, quote) for article, quotes in self.quotes.items() for quote in quotes)


class Case(_Strict):
    """One question with its gold.

    Attributes:
        id: Unique among the cases that are read together.
        kind: What makes it hard; figures are given by kind as well.
        question: What is asked.
        before: What was asked before it in the same conversation, oldest first.
        as_of: The day (ISO) on which it is asked.
        since: Only articles of that day (ISO) or later.
        outlet: Only articles of that outlet.
        abstain: Whether the archive does not say.
        nuggets: What an answer should say, at least one of it vital; none where it should abstain.
        never: Words that no statement of an answer may hold, capitals aside.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    kind: Kind
    question: Words
    before: tuple[Words, ...] = ()
    as_of: str | None = None
    since: str | None = None
    outlet: str | None = None
    abstain: bool = False
    nuggets: tuple[Nugget, ...] = ()
    never: tuple[Words, ...] = ()

    @model_validator(mode="after")
    def _has_gold(self) -> Self:
        if self.abstain and self.nuggets:
            raise ValueError("a question on which to abstain has no nuggets")
        if not self.abstain and not any(nugget.is_vital for nugget in self.nuggets):
            raise ValueError("give at least one vital nugget, or `abstain: true`")
        return self

    @property
    def articles(self) -> tuple[str, ...]:
        """The ids of the articles that hold its gold, in order."""
        return tuple(sorted({article for nugget in self.nuggets for article in nugget.quotes}))

    @property
    def filters(self) -> dict[str, str]:
        """The filters of the question, by the names that `AnswerEngine.ask` gives them."""
        given = {"as_of": self.as_of, "since": self.since, "outlet": self.outlet}
        return {name: value for name, value in given.items() if value is not None}


def load_cases(path: Path, texts: Mapping[str, str]) -> list[Case]:
    """Reads cases and checks their gold against the articles.

    Args:
        path: A YAML file, or a folder all of whose `*.yaml` are read, by name.
        texts: The text of every article, by id.

    Raises:
        EvalError: There is no such file, it is not of the format, an id is there twice, or a quote is no slice of its
            article; the message names the file and the line.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    if not files:
        raise EvalError(f"The folder {path} holds no .yaml file. Name a file of cases, or a folder of them.")
    cases: dict[str, Case] = {}
    for file in files:
        for case, node in read_entries(file, Case, thing="case", form="eval/cases/README.md"):
            if case.id in cases:
                raise EvalError(f"{place(file, node)}: the id {case.id!r} is there twice. Give each case its own.")
            _check_quotes(case, texts, file, node)
            cases[case.id] = case
    return list(cases.values())


def schema() -> dict[str, Any]:
    """The JSON Schema of a file of cases, for editors."""
    return TypeAdapter(list[Case]).json_schema()


def _check_quotes(case: Case, texts: Mapping[str, str], file: Path, node: yaml.Node) -> None:
    for number, nugget in enumerate(case.nuggets):
        for article, quotes in nugget.quotes.items():
            path = ("nuggets", number, "quotes", article)
            if article not in texts:
                raise EvalError(
                    f"{place(file, node, path)}: the archive has no article {article!r}. "
                    "Name the corpus these cases are about: --corpus DIR."
                )
            for at, quote in enumerate(quotes):
                if quote not in texts[article]:
                    raise EvalError(f"{place(file, node, (*path, at))}: {quote!r} is no slice of {article}. Copy it.")
