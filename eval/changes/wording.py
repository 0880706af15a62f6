"""Changes of single words: the opposite, certainty where there was doubt, more where there was less."""

from __future__ import annotations

from collections.abc import Iterator

from eval.changes.editing import by_table, replaced, table
from eval.changes.reading import Source

_OPPOSITES = table(
    (r"(?<!if )(?<!as )confirmed", "denied"),
    (r"(?:rejected|refuted)", "confirmed"),
    (r"denied", "confirmed"),
    (r"denies", "confirms"),
    (r"deny", "confirm"),
    (r"(?:approved|endorsed|adopted)", "rejected"),
    (r"(?:signed|sealed)", "cancelled"),
    (r"launched", "called off"),
    (r"accused of", "cleared of"),
    (r"(unwavering|consistent|full) support for", r"\1 opposition to"),
    (r"to support", "to oppose"),
    (r"supporting", "opposing"),
    (r"strengthening", "weakening"),
    (r"strengthened", "weakened"),
    (r"strengthen", "weaken"),
    (r"bolster", "scale back"),
    (r"deepening", "weakening"),
    (r"growing", "shrinking"),
    (r"increasing", "weakening"),
    (r"increased", "decreased"),
    (r"to increase", "to reduce"),
    (r"expand", "reduce"),
    (r"complicate", "simplify"),
    (r"closer", "looser"),
    (r"warming", "cooling"),
    (r"alliance", "rivalry"),
    (r"voiced concern over", "voiced satisfaction with"),
    (r"expresses concern over", "expresses satisfaction with"),
    (r"frustration", "satisfaction"),
    (r"shortage", "surplus"),
    (r"only limited", "extensive"),
    (r"(?<!only )limited", "extensive"),
    (r"(?<!no )substantial", "insignificant"),
    (r"outdated", "modern"),
    (r"likely", "unlikely"),
    (r"plausible", "implausible"),
    (r"unclear", "clear"),
    (r"allowing", "without allowing"),
    (r"before the end", "after the end"),
    (r"still", "no longer"),
    (r"eastern", "western"),
    (r"the east", "the west"),
    (r"arrived in", "left"),
    (r"under Russian control", "out of Russian control"),
    (r"died", "recovered"),
    (r"killed", "decorated"),
    (r"won", "lost"),
    (r"rose", "fell"),
    (r"agreed to", "refused to"),
)
_DOUBTS = table(
    (r"(?:reportedly|allegedly|purportedly|supposedly),? (?!.*(?:according to|confirmed by))", ""),
    (r"(?:potentially|possibly|apparently|probably),? ", ""),
    (r"(?:at least|at most|up to|as many as|more than|around|about|roughly|nearly|some) (?=\d)", "exactly "),
    (r"(?:at least|at most|up to|as many as) (?=\d)", ""),
    (r"highly likely", "certain"),
    (r"(?<!highly )(?<!un)likely", "certain"),
    (r"expected to", "certain to"),
    (r"seems to be", "is"),
    (r"seem to be", "are"),
    (r"speculated that", "established that"),
    (r"speculations suggest", "reports prove"),
    (r"suggests that", "proves that"),
    (r"(?<!speculations )suggest that", "prove that"),
    (r"estimates that", "knows that"),
    (r"anticipates that", "knows that"),
    (r"suspect that", "know that"),
    (r"believe that", "know that"),
    (r"believes that", "knows that"),
    (r"(?<!the )(?<!a )claims? that", "proved that"),
    (r"indicating", "proving"),
    (r"the possible", "the"),
    (r"belief in the likelihood", "certainty"),
    (r"the possibility of (.{3,40}?) is very high", r"\1 is certain"),
    (r", if (?:confirmed|true),", ""),
    (r"seen as a", "a"),
    (r"to be plausible", "to be proven"),
)
_AMOUNTS = table(
    (r"several (?!hundred|thousand|million)", "most "),
    (r"several (?!hundred|thousand|million)", "only two "),
    (r"some (?=of)", "all "),
    (r"some (?=have|has|were|are|potentially)", "most "),
    (r"a small number", "a large number"),
    (r"a few", "most"),
    (r"many (?=of|\w+s)", "all "),
    (r"multiple (?=\w+s)", "all "),
    (r"various (?=\w+)", "all "),
    (r"^experts", "all experts"),
    (r"^officials", "all officials"),
    (r"^observers", "all observers"),
    (r"unanimously", "narrowly"),
    (r"each (?!other)", "every second "),
    (r"the most significant", "the least significant"),
    (r"substantial quantities", "small quantities"),
    (r"primarily", "exclusively"),
    (r"both (?=\w+ (?:have|are|agreed|deny))", "three "),
)
_LOST_NEGATIONS = table(
    (r"(has|have|had|is|are|was|were|will|would|could|can) not(?: yet)?(?![^.;]* yet\b)", r"\1"),
    (r"(has|have|had|is|are|was|were|would|could)n[’']t([^.;]*?) yet", r"\1\2"),
    (r"(has|have|had|is|are|was|were|would|could)n[’']t(?![^.;]* yet\b)", r"\1"),
    (r"cannot", "can"),
    (r"has yet to (\w+) any", r"has begun to \1"),
    (r"(?:is|has) yet to (?!\w+ any\b)", "has begun to "),
    (r"(?:are|have) yet to", "have begun to"),
    (r"no longer", "still"),
    (r"never", "always"),
    (r"nothing", "everything"),
    (r"nobody", "everybody"),
    (r"^no (.*?)(?: yet)?(?=(?: to )| that|[.,])", r"\1"),
    (r"without", "with"),
    (r"neither", "either"),
)


def opposite(source: Source) -> Iterator[str]:
    """A word with its opposite in its place."""
    return by_table(source.text, _OPPOSITES)


def doubt_dropped(source: Source) -> Iterator[str]:
    """Certain where the sentence has it as possible, likely, reported or approximate."""
    yield from _will(source)
    yield from by_table(source.text, _DOUBTS)


def amount_widened(source: Source) -> Iterator[str]:
    """All or most where the sentence has some, or the like."""
    return by_table(source.text, _AMOUNTS)


def negation_dropped(source: Source) -> Iterator[str]:
    """Without a "not", "no", "never" or "yet to"."""
    return by_table(source.text, _LOST_NEGATIONS)


def _will(source: Source) -> Iterator[str]:
    for token in source.doc:
        is_open = token.lower_ in ("may", "might", "could") and token.tag_ == "MD"
        if is_open and (token.head.tag_ == "VB" or any(child.lower_ == "be" for child in token.head.children)):
            yield replaced(source.text, token.idx, token.idx + len(token), "will")
