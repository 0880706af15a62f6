"""The parts that an engine is made of, as the settings name them."""

from __future__ import annotations

from typing import TypedDict

from index.embedding import PassageEmbedding
from index.settings import Settings
from rag.drafting import Drafting
from rag.llm_synthesis import LLMSynthesizer
from rag.llms import LanguageModel, language_model
from rag.reader import Judge, judges
from rag.synthesis import QuoteSynthesizer
from rag.verification import Verifier


class Parts(TypedDict):
    """What an engine is made of besides its archive and embedding model; see `AnswerEngine.__init__`."""

    drafting: Drafting
    verifier: Verifier
    passages: int
    model: LanguageModel | None
    reader: Judge | None
    caution: float
    second_reader: Judge | None


def parts_named(settings: Settings, embedding: PassageEmbedding) -> Parts:
    """The parts that settings name.

    Raises:
        ModelUnavailable: A model is not there, or its weights fail their check.
        LLMError: The language model named is not one that can be used.
    """
    model = language_model(settings)
    found = judges(settings)
    quotes = QuoteSynthesizer(settings.statements)
    written = None if model is None else LLMSynthesizer(model, settings.statements, settings.llm_seed)
    return {
        "drafting": Drafting(written or quotes, quotes, settings.statements),
        "verifier": Verifier(embedding, found.supports),
        "passages": settings.passages,
        "model": model,
        "reader": found.answers,
        "caution": settings.caution,
        "second_reader": found.again,
    }
