"""Queries of the lexical index (Tantivy): by words in common, and by words that must stand there."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import tantivy
from tantivy import FieldType, Occur, Query

from index.analysis import terms
from index.scope import Scope, day_number

_ALSO = 0.3
"""What a term that means the same as one asked for counts."""

_LAST_DAY = 99_999_999


def sharing(schema: tantivy.Schema, words: str, scope: Scope, also: Sequence[str] = ()) -> Query | None:
    """Asks for what shares a word with a text, in its own text or its head; None where the text has no words.

    Args:
        schema: That of the index.
        words: The text.
        scope: Which articles may be used.
        also: Terms that count for less than those of the words.
    """
    wanted: list[tuple[Occur, Query]] = []
    for term in dict.fromkeys(terms(words)):
        wanted.append((Occur.Should, Query.term_query(schema, "text", term)))
        wanted.append((Occur.Should, Query.term_query(schema, "head", term)))
    if not wanted:
        return None
    for term in sorted(set(also) - set(terms(words))):
        for field in ("text", "head"):
            query = Query.boost_query(Query.term_query(schema, field, term), _ALSO)
            wanted.append((Occur.Should, query))
    return _all_of([Query.boolean_query(wanted), *_filters(schema, scope)])


def holding(schema: tantivy.Schema, groups: Sequence[Collection[str]], scope: Scope) -> Query:
    """Asks for what holds at least one term of each group in its text; see `Generation.holding`."""
    each = [
        Query.boolean_query([(Occur.Should, Query.term_query(schema, "text", term)) for term in sorted(group)])
        for group in groups
    ]
    return _all_of([*each, *_filters(schema, scope)])


def _all_of(parts: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _filters(schema: tantivy.Schema, scope: Scope) -> list[Query]:
    parts: list[Query] = []
    if scope.as_of is not None or scope.since is not None:
        last = _LAST_DAY if scope.as_of is None else day_number(scope.as_of)
        parts.append(Query.range_query(schema, "date", FieldType.Unsigned, day_number(scope.since), last))
    if scope.outlet is not None:
        parts.append(Query.term_query(schema, "outlet", scope.outlet))
    return [Query.const_score_query(part, 0.0) for part in parts]
