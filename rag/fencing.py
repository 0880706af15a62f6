"""Passages as a language model is given them: within fences of random keys, and within a budget."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from rag import wording
from rag.evidence import Evidence
from rag.neighbours import before

_LETTERS = "bcdfghjkmnpqrstvwxz"  # No vowel, so that no key is a word.
_DIGITS = "23456789"
_BYTES_PER_TOKEN = 3
"""Fewer than English has with any tokenizer in use (4 to 5), so that more tokens are reckoned than there are."""

_LONGEST_TITLE = 120
_LONGEST_OUTLET = 60

# What could end a fence, begin one, or be read as a mark of the chat's own by the model's tokenizer.
_MARKS = str.maketrans({"<": "‹", ">": "›", "[": "(", "]": ")", "|": "/", "{": "(", "}": ")"})


@dataclass(frozen=True)
class Fenced:
    """One or more sentences of an article that answer, with those that they need to be understood.

    Attributes:
        key: By which it is cited.
        evidence: The sentences that answer; nothing else may be cited.
        text: As the model is given it, fences included.
    """

    key: str
    evidence: tuple[Evidence, ...]
    text: str


def tokens(text: str) -> int:
    """How many tokens a text has at most."""
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def plain_line(text: str) -> str:
    """A text as data: on one line, with no control characters and no marks that a model could take for its own."""
    shown = "".join(" " if unicodedata.category(one) == "Cc" else one for one in text)
    shown = "".join(one for one in shown if unicodedata.category(one) not in ("Cf", "Co", "Cs", "Cn"))
    return " ".join(shown.translate(_MARKS).split())


def new_keys(count: int, random: Random, texts: Sequence[str]) -> list[str]:
    """Keys of a letter, a digit, a letter and a digit, all different, none of which stands in a text."""
    everything = "\n".join(texts).lower()
    keys: list[str] = []
    while len(keys) < count:
        key = "".join(random.choice(kind) for kind in (_LETTERS, _DIGITS, _LETTERS, _DIGITS))
        if key not in keys and key not in everything:
            keys.append(key)
    return keys


def fence(evidence: Sequence[Evidence], budget: int, random: Random) -> list[Fenced]:
    """Puts evidence between fences, as much as there is room for, best first.

    Sentences of one article that touch are one passage. The sentence before each goes along where it fits, for what
    "he" or "the agency" refers to.

    Args:
        evidence: Best first.
        budget: Tokens for all of it; the best piece is given however long it is.
        random: Makes the keys.
    """
    groups = _groups(evidence)
    bodies = [_body(group) for group in groups]
    keys = new_keys(len(groups), random, bodies)
    fenced: list[Fenced] = []
    for group, body, key in zip(groups, bodies, keys, strict=True):
        text = f"<passage {key}>\n{body}\n</passage {key}>"
        budget -= tokens(text)
        if budget < 0 and fenced:
            break
        fenced.append(Fenced(key, tuple(group), text))
    return fenced


def _groups(evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Evidence that touches, taken together; groups in order of their best."""
    groups: list[list[Evidence]] = []
    for item in evidence:
        group = next((group for group in groups if any(_touch(item, other) for other in group)), None)
        if group is None:
            groups.append([item])
        else:
            group.append(item)
    return [sorted(group, key=lambda item: item.sentence.start) for group in groups]


def _touch(one: Evidence, other: Evidence) -> bool:
    if one.article.id != other.article.id:
        return False
    sentences = one.article.sentences
    return abs(sentences.index(one.sentence) - sentences.index(other.sentence)) == 1


def _body(group: Sequence[Evidence]) -> str:
    first = group[0]
    leading = before(first)
    words = " ".join(item.text for item in ((leading, *group) if leading else group))
    return f"{_heading(first)}\n{plain_line(words)}"


def _heading(evidence: Evidence) -> str:
    article = evidence.article
    day = wording.day(article.published) if article.published else "undated"
    parts = [article.title[:_LONGEST_TITLE], (article.outlet or "")[:_LONGEST_OUTLET], day]
    return " / ".join(plain_line(part) for part in parts if part)
