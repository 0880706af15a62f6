"""Numbers, days, figures, denials and origins in words."""

from __future__ import annotations

from datetime import date

from rag.answer import Answer, Citation, Dispute, Figure, Searched


def count(number: int, thing: str) -> str:
    """A number of things: "1 article", "4,526 articles"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def day(given: date) -> str:
    """A day: "25 October 2024"."""
    return f"{given.day} {given:%B %Y}"


def days(first: date, last: date) -> str:
    """A span of days: "12 to 29 October 2024"."""
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    opening = f"{first.day}" if first.month == last.month else f"{first.day} {first:%B}"
    return f"{opening} to {day(last)}"


def coverage(searched: Searched) -> str:
    """What was searched: "5 articles, 12 to 29 October 2024, 2 undated, the newest dated 25 October 2024"."""
    parts = [count(searched.articles, "article")]
    if searched.from_ is not None and searched.to is not None:
        parts.append(days(date.fromisoformat(searched.from_), date.fromisoformat(searched.to)))
    if searched.undated:
        parts.append(f"{searched.undated} undated")
    if searched.newest and searched.newest != searched.to:
        parts.append(f"the newest dated {day(date.fromisoformat(searched.newest))}")
    return ", ".join(parts)


def provenance(answer: Answer) -> str:
    """What an answer goes back to: "From 5 articles, 3 origins"."""
    cited = len({citation.article_id for citation in answer.citations})
    return f"From {count(cited, 'article')}, {count(answer.origins, 'origin')}"


def resting(citation: Citation) -> str:
    """On which other outlet a quote rests, as it follows what published it; empty where on none."""
    return f" · rests on {citation.rests_on}" if citation.rests_on else ""


def figure(given: Figure) -> str:
    """A figure as its source words it: "around 10,000 troops", "1,500 soldiers sent", "including 500 officers"."""
    number = "" if given.value is None else f"{given.value:,.12g}"
    hedge = given.hedge or ""
    words = " ".join(part for part in (hedge, number, given.unit) if part)
    if given.is_part:
        return f"including {words}"
    return words if given.sort == "in place" else f"{words} {given.sort}"


def dispute(given: Dispute) -> str:
    """Who denies, or does not dispute, what an answer says."""
    return f"{'Denied' if given.stance == 'denies' else 'Not disputed'} by {given.claimant}"


def named(claimant: str | None) -> str:
    """Who says something, at the beginning of a line."""
    return f"{claimant[:1].upper()}{claimant[1:]}" if claimant else "nobody named"
