"""Which words are English, whatever the archive says."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from index.language_model import load_language_model


@dataclass(frozen=True)
class English:
    """The words that the language model's lemmatizer knows: WordNet's, with their regular and irregular forms.

    Attributes:
        words: Base forms, irregular forms, function words and contractions, in lower case.
        endings: By ending of an inflected form, what the base form may end in instead.
    """

    words: frozenset[str]
    endings: Mapping[str, Collection[str]]

    def knows(self, word: str) -> bool:
        """Whether a word, in lower case, is English."""
        return any(base in self.words for base in self.bases(word))

    def bases(self, word: str) -> Iterator[str]:
        """The word, and what it may be an inflected form of."""
        yield word
        for ending, instead in self.endings.items():
            if word.endswith(ending):
                yield from (word.removesuffix(ending) + base for base in instead)


@cache
def english() -> English:
    """The words, from the language model that is installed.

    Raises:
        ModelUnavailable: It is not installed.
    """
    nlp = load_language_model(without=["tok2vec", "tagger", "parser", "attribute_ruler", "senter", "ner"])
    lemmatizer: Any = nlp.get_pipe("lemmatizer")
    tokenizer: Any = nlp.tokenizer
    tables = lemmatizer.lookups
    words = set(nlp.Defaults.stop_words) | {str(word).lower() for word in tokenizer.rules}
    endings: dict[str, set[str]] = {}
    for name in ("lemma_index", "lemma_exc"):
        for listed in tables.get_table(name).values():
            words.update(listed)
    for rules in tables.get_table("lemma_rules").values():
        for ending, base in rules:
            endings.setdefault(ending, set()).add(base)
    return English(frozenset(words), {ending: sorted(bases) for ending, bases in endings.items() if ending})
