"""How text becomes search terms; the lexical index and everything that counts words share it."""

from __future__ import annotations

import unicodedata
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

ANALYZER = "dateline"
"""The name under which the analyzer is registered with a Tantivy index."""

# A number keeps its separators, so that "10,000" is one term.
_TOKEN = r"\d+(?:[.,]\d+)*|\w+"

_FUNCTION_WORDS = """
a about after all also am an and any anyone anything archive are as at be became because been before being between
but by can could did do does doing done during each either ever every for from get gets getting give given gives go
goes got had has have he her here hers him his how i if in into is it its just know known last let many may me might
more most much must my no not now of off often on once one or other our out over per please s said same say saying
says she should since so some someone something such t tell than that the their them then there these they thing
things think this those through to too under until up upon us very was we were what when where whether which while
who whom whose why will with would you your
"""


@cache
def analyzer() -> TextAnalyzer:
    """Lower case, accents folded, English stems; other languages pass through unstemmed."""
    return (
        TextAnalyzerBuilder(Tokenizer.regex(_TOKEN))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer("english"))
        .build()
    )


@cache
def _content_analyzer() -> TextAnalyzer:
    return (
        TextAnalyzerBuilder(Tokenizer.regex(_TOKEN))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.custom_stopword(_FUNCTION_WORDS.split()))
        .filter(Filter.stemmer("english"))
        .build()
    )


def terms(text: str) -> list[str]:
    """Every term of the text, in order, repeats included."""
    return analyzer().analyze(text)


def content_terms(text: str) -> list[str]:
    """The terms of the text without function and question words, each once, in order of appearance."""
    return list(dict.fromkeys(_content_analyzer().analyze(text)))


def is_function_word(word: str) -> bool:
    """Whether a word in lower case is one of those that `content_terms` leaves out."""
    return word in _words_left_out()


def folded(text: str) -> str:
    """A text in lower case without accents, as the terms are."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@cache
def _words_left_out() -> frozenset[str]:
    return frozenset(_FUNCTION_WORDS.split())
