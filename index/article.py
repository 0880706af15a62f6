"""The value types of the archive: an article and its sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of `Article.text`: characters `start` up to but not including `end`, counted from 0."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a span needs 0 <= start <= end, not {self.start} and {self.end}")

    def of(self, text: str) -> str:
        """The stretch of `text` that this span covers."""
        return text[self.start : self.end]

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Sentence(Span):
    """A sentence of an article. A heading stands between paragraphs and is never quoted as evidence."""

    heading: bool = False


@dataclass(frozen=True)
class Article:
    """One news article.

    Attributes:
        id: Unique in the archive and stable: the path within the corpus folder, with "/" between its parts.
        path: The same path; for an article that was given in memory, its id.
        text: The article as every offset counts it: one unbroken slice of the file, head and tail cut off.
        title: Never empty: where there is no title, the opening words.
        title_from: Where the title comes from: "first line", "header", "head", "given" or "opening words".
        outlet: Who published it, as far as the file itself tells.
        outlet_from: Where the outlet comes from: "header", "banner" or "given"; None where there is none.
        published: The day of publication, from the text alone.
        published_from: Where that day comes from: "first line", "header", "head" or "given"; None where undated.
        not_before: The text holds something of this day, so it was not published before it.
        not_before_from: What bears that day, such as "embedded post of October 29, 2024".
        copy_of: The id of the first of the articles that go back to the same text; None where it is that one itself.
    """

    id: str
    path: str
    text: str
    title: str
    title_from: str
    outlet: str | None = None
    outlet_from: str | None = None
    published: date | None = None
    published_from: str | None = None
    not_before: date | None = None
    not_before_from: str | None = None
    sentences: tuple[Sentence, ...] = field(default=(), repr=False)
    copy_of: str | None = None

    @property
    def own_title(self) -> str:
        """The title; empty where the opening words stand for one."""
        return "" if self.title_from == "opening words" else self.title

    @property
    def earliest(self) -> date | None:
        """The first day on which the article can have been read; None where nothing tells."""
        known = [day for day in (self.published, self.not_before) if day is not None]
        return max(known, default=None)

    @property
    def date_label(self) -> str:
        """The date as a reader sees it: "2024-10-25", "not before 2024-10-29" or "undated"."""
        if self.published is not None:
            return self.published.isoformat()
        if self.not_before is not None:
            return f"not before {self.not_before.isoformat()}"
        return "undated"

    @property
    def origin(self) -> str:
        """Names the text that the article goes back to; equal for copies of one another, see `index.origins`."""
        return self.copy_of or self.id
