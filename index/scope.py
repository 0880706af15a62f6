"""Which articles a search may use: published by a day, since a day, by an outlet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Scope:
    """A filter on articles.

    Attributes:
        as_of: Only what can have been read on that day. An article without a date is kept, unless its text shows
            that it is later.
        since: Only what was certainly published on that day or later; an article without any date is left out.
        outlet: Only articles of that outlet, spelled as in the archive.
    """

    as_of: date | None = None
    since: date | None = None
    outlet: str | None = None

    def holds(self, earliest: date | None, outlet: str | None) -> bool:
        """Whether an article is within.

        Args:
            earliest: `Article.earliest`.
            outlet: `Article.outlet`.
        """
        return (
            (self.as_of is None or earliest is None or earliest <= self.as_of)
            and (self.since is None or (earliest is not None and earliest >= self.since))
            and (self.outlet is None or outlet == self.outlet)
        )


def day_number(day: date | None) -> int:
    """A day as the integer that the search indexes compare, such as 20241025; 0 where there is none."""
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day
