"""Text from articles, questions and models, made safe to be shown in a file or in Markdown."""

from __future__ import annotations

import re

_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPECIAL = re.compile(r"[\\`*_\[\]|~]")
_LINKING = re.compile(r"[@#!](?=\w)|:(?=//)|(?<=\bGH)-(?=\d)|(?<=\bwww)\.", re.IGNORECASE)
_NO_BREAK = "&#8203;"  # A space of no width: what follows is no mention, reference or address any more.


def printable(text: str) -> str:
    """The text with "\ufffd" for control characters and half characters, which a page or a file cannot hold."""
    return _UNSEEN.sub("\ufffd", text)


def on_one_line(text: str) -> str:
    """A printable text on one line, without the marks that turn the direction of writing."""
    return " ".join(_BIDI.sub("", printable(text)).split())


def in_markdown(text: str) -> str:
    """A text for one line of a paragraph, a list or a table in Markdown: shown as it is, with nothing in it alive.

    Markup, HTML, mentions, references to issues and addresses do nothing; marks that turn the direction of writing
    are left out.
    """
    text = on_one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = _LINKING.sub(lambda met: met[0] + _NO_BREAK, _SPECIAL.sub(r"\\\g<0>", text))
    # GitHub reads mathematics between two dollar signs, and a backslash does not keep it from that.
    return text.replace("$", "<span>$</span>")
