"""Questions with what their answers must hold, read from YAML or, a line each, from JSON; see `cases/README.md`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from eval.entries import place, read_entries, read_lines
from index.errors import EvalError

BUILT_IN = Path(__file__).parent / "cases"
"""The folder of the questions on the articles that come with Dateline."""

Kind = Literal[
    "fact", "speaker", "denial", "figure", "as_of", "several", "follow_up", "spelling", "false_premise",
    "near_miss", "far", "feedback",
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


class Remark(_Strict):
    """What a reader thought of an answer.

    Attributes:
        given: When (ISO).
        good: Whether the answer was found good.
        note: Why, in the reader's own words.
        said: What the answer was.
    """

    given: str
    good: bool
    note: str = ""
    said: str = ""


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
        remark: What a reader thought of an answer to it; None where it was not made from one.
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
    remark: Remark | None = None

    @model_validator(mode="after")
    def _has_gold(self) -> Self:
        if self.abstain and self.nuggets:
            raise ValueError("a question on which to abstain has no nuggets")
        vital = any(nugget.is_vital for nugget in self.nuggets)
        if not self.abstain and not vital and (self.nuggets or self.remark is None):
            raise ValueError("give at least one vital nugget, or `abstain: true`")
        return self

    @property
    def is_open(self) -> bool:
        """Whether nobody has said yet what the answer must hold: it is asked and shown, and not scored."""
        return not self.abstain and not self.nuggets

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
        path: A YAML file, a file with a case of JSON on each line, or a folder all of whose `*.yaml` and `*.jsonl` are
            read, by name.
        texts: The text of every article, by id.

    Raises:
        EvalError: There is no such file, it is not of the format, an id is there twice, or a quote is no slice of its
            article; the message names the file and the line.
    """
    files = sorted([*path.glob("*.yaml"), *path.glob("*.jsonl")]) if path.is_dir() else [path]
    if not files:
        raise EvalError(f"The folder {path} holds no .yaml file. Name a file of cases, or a folder of them.")
    cases: dict[str, Case] = {}
    for file in files:
        read = read_lines if file.suffix == ".jsonl" else read_entries
        for case, node in read(file, Case, thing="case", form="eval/cases/README.md"):
            if case.id in cases:
                raise EvalError(f"{place(file, node)}: the id {case.id!r} is there twice. Give each case its own.")
            case = _opened_again(case, texts)
            _check_quotes(case, texts, file, node)
            cases[case.id] = case
    return list(cases.values())


def schema() -> dict[str, Any]:
    """The JSON Schema of a file of cases, for editors."""
    return TypeAdapter(list[Case]).json_schema()


def _opened_again(case: Case, texts: Mapping[str, str]) -> Case:
    """A case made from a remark whose quotes no longer stand in the articles: it has to be looked at again."""
    slices = [each for nugget in case.nuggets for each in nugget.slices()]
    gone = [article for article, quote in slices if quote not in texts.get(article, "")]
    if case.remark is None or not gone:
        return case
    note = f"{gone[0]} has changed or gone since the answer was found good. {case.remark.note}".strip()
    return case.model_copy(update={"nuggets": (), "remark": case.remark.model_copy(update={"note": note})})


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
