"""Plain words out of what a language model wrote: no Markdown, no HTML, no links, no images."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_TAG = re.compile(r"</?[a-zA-Z!?][^>]*>?")
_ADDRESS = re.compile(
    r"(?:\b[a-z][a-z0-9+.-]{1,20}:(?://|\\\\)|\b(?:javascript|data|mailto|tel|vbscript):|//(?=\w)|\bwww\.)\S*",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?<![\w@.])(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:/\S*)", re.IGNORECASE)
_MAIL = re.compile(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]")
_LEFT = re.compile(r"[*`#<>\[\]|\\^{}]+|~~+|(?<!\w)_+|_+(?!\w)")  # One "~" says "about".
_LEADING = re.compile(r"^(?:[-–—•·:;,.)]+|\d{1,2}[.)])\s+")


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})


def plain(text: str) -> str:
    """The words of a text in Markdown, on one line.

    Of a link its words stay, and of an image nothing; addresses go wherever they stand.

    >>> plain("**Ten** troops, see [this](http://x.example/y) ![](http://x.example/z.png) <b>now</b>")
    'Ten troops, see this now'
    """
    words = "".join(_words(_TAG.sub(" ", _visible(text))))
    while (less := _stripped(words)) != words:
        words = less  # What was taken out may have kept two halves of an address apart.
    return words


def _stripped(words: str) -> str:
    """One round of taking out."""
    less = _TAG.sub(" ", _visible(words))  # Tags again, for those that stood there as entities.
    for pattern in (_ADDRESS, _HOST, _MAIL, _EMPTY, _LEFT):
        less = pattern.sub("", less)
    tidy = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(less.split()))
    return _LEADING.sub("", tidy).strip()


def _visible(text: str) -> str:
    """Without control characters, and without those that take no room."""
    shown = "".join(" " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one for one in text)
    return "".join(one for one in shown if unicodedata.category(one) not in ("Cf", "Cs", "Co", "Cn"))


def _words(text: str) -> list[str]:
    words: list[str] = []
    for block in _parser().parse(text):
        if block.type in ("fence", "code_block"):
            words.append(f" {block.content} ")
        for part in block.children or ():
            if part.type in ("text", "code_inline"):
                words.append(part.content)
            elif part.type in ("softbreak", "hardbreak"):
                words.append(" ")
        words.append(" ")
    return words
