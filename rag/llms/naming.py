"""Which language model is named."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from index.errors import LLMError
from index.settings import Settings
from rag.llms.address import Address, read_address
from rag.llms.chat import ChatModel, LanguageModel, NamedServer
from rag.llms.connection import Bearer
from rag.llms.llamacpp import WINDOW, local_server

QUOTE = "quote"
KEY = "OPENAI_API_KEY"

_OPENAI = "https://api.openai.com/v1"
_OLLAMA = "http://127.0.0.1:11434"
_FORMS = "quote, llamacpp:/path/model.gguf, llamacpp:hf:ORG/REPO, openai:MODEL or ollama:MODEL"
_LONGEST_NAME = 200
_ASSUMED_WINDOW = 4096
"""What the smallest of the models in use take, and what Ollama gives any of them unless told."""

_NEAR_TOKENS, _FAR_TOKENS = 500, 2000


@dataclass(frozen=True)
class Spec:
    """A language model as it was named.

    Attributes:
        model: Its name; of llamacpp, a file or `hf:ORG/REPO`.
        address: Where it is asked; None in this process.
    """

    kind: Literal["llamacpp", "openai", "ollama"]
    model: str
    address: Address | None


def read_spec(settings: Settings) -> Spec | None:
    """Reads the settings `llm` and `llm_url`.

    Returns:
        None where answers are made of quotes alone.

    Raises:
        LLMError: They name no model, or no address.
    """
    given = settings.llm
    kind, colon, model = given.strip().partition(":")
    if given.strip() == QUOTE:
        return None
    if not colon or not model.strip() or len(model) > _LONGEST_NAME * 10 or not model.isprintable():
        raise LLMError(f"The language model {given[:_LONGEST_NAME]!r} cannot be used. Name one as {_FORMS}.")
    if kind == "llamacpp":
        if settings.llm_url:
            raise LLMError("llamacpp: runs in this process and takes no --llm-url. Leave one of them out.")
        return Spec("llamacpp", model.strip(), None)
    if kind == "openai":
        return Spec("openai", model.strip(), read_address(settings.llm_url or _OPENAI))
    if kind == "ollama":
        address = read_address(settings.llm_url or _OLLAMA)
        has_path = address.url.count("/") > 2
        return Spec("ollama", model.strip(), address if has_path else Address(f"{address.url}/v1"))
    raise LLMError(f"The language model {given[:_LONGEST_NAME]!r} cannot be used. Name one as {_FORMS}.")


def destination(settings: Settings) -> Address | None:
    """Where questions and passages are sent; None where no text leaves this process.

    Raises:
        LLMError: The settings name no model, or no address.
    """
    spec = read_spec(settings)
    return None if spec is None else spec.address


def language_model(settings: Settings) -> LanguageModel | None:
    """The language model that the settings name; nothing is loaded or sent yet.

    Returns:
        None where answers are made of quotes alone.

    Raises:
        LLMError: They name no model or no address, its file or its key is missing, or what it needs is not installed.
    """
    spec = read_spec(settings)
    if spec is None:
        return None
    if spec.address is None:
        local = local_server(spec.model)
        return ChatModel(
            local.name,
            local,
            lambda: Bearer(local.key),
            seconds=settings.llm_timeout,
            window=WINDOW,
            evidence_tokens=_NEAR_TOKENS,
            takes_grammar=True,
        )
    auth = Bearer(_key(spec.address) if spec.kind == "openai" else None)
    return ChatModel(
        spec.model,
        NamedServer(spec.address),
        lambda: auth,
        seconds=settings.llm_timeout,
        window=_window(spec),
        evidence_tokens=_NEAR_TOKENS if spec.kind == "ollama" else _FAR_TOKENS,
    )


def _key(address: Address) -> str | None:
    key = os.environ.get(KEY, "").strip() or None
    if key is None and address.url == _OPENAI:
        raise LLMError(f"{_OPENAI} needs a key. Set {KEY} in the environment, or name another server with --llm-url.")
    if key is not None and not (key.isascii() and key.isprintable() and " " not in key):
        raise LLMError(f"{KEY} in the environment holds characters that no key has. Set it anew.")
    return key


def _window(spec: Spec) -> int:
    """The window of OpenAI's own models, as LlamaIndex lists them; of any other the least that is usual."""
    if spec.kind != "openai":
        return _ASSUMED_WINDOW
    from llama_index.llms.openai.utils import openai_modelname_to_contextsize

    try:
        return int(openai_modelname_to_contextsize(spec.model))
    except ValueError:
        return _ASSUMED_WINDOW
