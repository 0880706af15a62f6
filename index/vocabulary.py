"""The words and names of an archive, as its articles write them."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from index.analysis import folded, is_function_word
from index.article import Article

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Where no sentence begins, a capital says that a word is a name.
_WITHIN = re.compile(r"(?<=[\w,;] )[^\W\d_]+(?:['’][^\W\d_]+)*")
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.){2,}")
_CAPITALS = re.compile(r"\b[A-Z][\w’'‑-]*(?: [A-Z][\w’'‑-]*)*")
_PLACED = re.compile(
    r"\b(?:[Ii]n|[Tt]o|[Ff]rom|[Nn]ear|[Aa]t|[Aa]round|[Oo]utside|[Ii]nto|[Tt]hrough|[Aa]cross|[Ll]eft|[Vv]isit(?:ed)?)"
    r" (?:the )?([A-Z][\w’'‑-]*(?: [A-Z][\w’'‑-]*)*)"
)
_PARTS = re.compile(r"[^\W_]+")
_LONGEST_NAME = 4
_ALWAYS = 0.9
_LARGE = 500
"""Articles from which on a run of capitalised words that is met once tells nothing."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name of one or more words, or a run of words within one.

    Attributes:
        written: As it is written most often.
        count: How often it stands in the archive.
        placed: How often a word before it says that it is meant as a place, as in "in Seoul".
    """

    written: str
    count: int
    placed: int


@dataclass(frozen=True)
class Vocabulary:
    """What words and names an archive knows.

    Attributes:
        words: How often each word stands there; lower case, accents folded, without a possessive "'s".
        names: What is written with capitals where no sentence begins, or as two to four capitalised words in a row;
            under its words in lower case, accents folded, one blank between: "kim jong un".
    """

    words: Mapping[str, int]
    names: Mapping[str, Name]

    @classmethod
    def of(cls, articles: Iterable[Article]) -> Vocabulary:
        """Reads articles; headings, in which every word may have a capital, tell words but no names."""
        words: Counter[str] = Counter()
        within: Counter[str] = Counter()
        runs: Counter[str] = Counter()
        placed: Counter[str] = Counter()
        size = 0
        for article in articles:
            size += 1
            text = "\n".join(s.of(article.text) for s in article.sentences if not s.heading)
            words.update(_WORD.findall(f"{article.title}\n{article.text}"))
            within.update(_WITHIN.findall(text))
            within.update(_ABBREVIATED.findall(text))
            runs.update(_CAPITALS.findall(text))
            placed.update(_PLACED.findall(text))
        counts: Counter[str] = Counter()
        for word, count in words.items():
            counts[_bare(word)] += count
        names = _names(within, runs, placed)
        if size > _LARGE:
            names = {found: name for found, name in names.items() if name.count > 1 or " " not in found}
        return cls(counts, names)

    @classmethod
    def from_json(cls, text: str) -> Vocabulary:
        """What `to_json` wrote."""
        kept = json.loads(text)
        return cls(kept["words"], {found: Name(*name) for found, name in kept["names"].items()})

    def to_json(self) -> str:
        """The vocabulary as JSON text."""
        names = {found: [name.written, name.count, name.placed] for found, name in sorted(self.names.items())}
        return json.dumps({"words": dict(sorted(self.words.items())), "names": names}, ensure_ascii=False)

    def name(self, words: str) -> Name | None:
        """The name that a text is, whatever its capitals and hyphens, or None."""
        return self.names.get(key(words))


def key(words: str) -> str:
    """A text as `Vocabulary.names` has it: lower case, accents folded, no punctuation, no possessive "'s"."""
    return " ".join(_PARTS.findall(_bare(words)))


def _bare(word: str) -> str:
    return re.sub(r"['’]s$", "", folded(word))


def _names(within: Counter[str], runs: Counter[str], placed: Counter[str]) -> dict[str, Name]:
    """The names among the words counted.

    Args:
        within: Single words where no sentence begins, as written.
        runs: Capitalised words in a row, as written.
        placed: The same after a word of place.
    """
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for word, count in within.items():
        forms[key(word)][_written(word)] += count
    for found, written in list(forms.items()):
        capitals = sum(count for form, count in written.items() if form[0].isupper())
        if is_function_word(found) or capitals < _ALWAYS * written.total():
            del forms[found]
        else:
            forms[found] = Counter({form: count for form, count in written.items() if form[0].isupper()})
    for run, count in runs.items():
        for part in _parts(run):
            forms[key(part)][part] += count
    as_place: Counter[str] = Counter()
    for run, count in placed.items():
        as_place[key(run)] += count
    return {
        found: Name(max(written, key=lambda form: (written[form], form)), written.total(), as_place[found])
        for found, written in forms.items()
    }


def _parts(run: str) -> Iterator[str]:
    """The runs of two to four words within a run that neither begin nor end with a function word."""
    words = [_written(word) for word in run.split()]
    content = [not is_function_word(key(word)) for word in words]
    for start in range(len(words)):
        for end in range(start + 2, min(len(words), start + _LONGEST_NAME) + 1):
            if content[start] and content[end - 1]:
                yield " ".join(words[start:end])


def _written(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)
