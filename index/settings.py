"""Settings: from arguments, else the environment (`DATELINE_...`), else `dateline.toml` in the working folder."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import (
    SettingsError as SourceError,
)

from index.errors import SettingsError

BUILT_IN_EMBEDDING = "all-MiniLM-L6-v2"
BUILT_IN_READER, QUICK_READER, OFF, READERS_OWN = "built-in", "quick", "off", "reader"
BUILT_IN_READERS = (BUILT_IN_READER, QUICK_READER)


class Settings(BaseSettings):
    """All that can be set, with the defaults.

    Attributes:
        corpus: The folder of articles.
        index: The folder of the index; by default `.dateline/NAME` beside the corpus folder called NAME.
        embedding: "all-MiniLM-L6-v2" (installed with Dateline), another model's hub name, or a local path.
        passage_tokens: Longest passage in tokens of the embedding model, title and date not counted.
        passages: How many passages are read for an answer.
        statements: Most statements in an answer.
        reader: Who says whether a sentence answers: "built-in" (two readers, the second of which reads again what the
            first found likeliest), "quick" (the first alone), "off", or a CrossEncoder's hub name or local path.
        caution: How sure the reader must be that a question is answered, from 0 to 1; below it Dateline abstains.
        nli: Who says whether a sentence supports a statement: "reader" (the built-in one, where it is in use), "off",
            or a CrossEncoder's hub name or local path.
        llm: Who words the answer: "quote" (quotes alone), "llamacpp:/path/model.gguf", "llamacpp:hf:ORG/REPO",
            "openai:MODEL" or "ollama:MODEL".
        llm_url: Address of the OpenAI-compatible API at which "openai:" and "ollama:" ask.
        llm_timeout: Seconds that a language model may take for one answer; then quotes stand in.
        llm_seed: Makes the keys of passages the same in every run, and the model's choices where it heeds a seed.
        host: Address that the page binds to.
        port: Port of the page.
        auth: A file of users of the page, a user:password on each line; in the environment also such lines themselves.
        hosts: Names under which a proxy publishes the page.
        uploads: Whether visitors of the page may add and delete articles; by default where it is reached from this
            machine alone, or `auth` is set.
    """

    model_config = SettingsConfigDict(
        env_prefix="DATELINE_", toml_file="dateline.toml", extra="forbid", frozen=True, env_ignore_empty=True
    )

    corpus: Path = Path("corpus")
    index: Path | None = None
    embedding: str = Field(BUILT_IN_EMBEDDING, min_length=1)
    passage_tokens: int = Field(128, ge=16, le=4096)
    passages: int = Field(16, ge=1, le=100)
    statements: int = Field(6, ge=1, le=6)
    reader: str = Field(BUILT_IN_READER, min_length=1)
    caution: float = Field(0.5, ge=0, le=1)
    nli: str = Field(READERS_OWN, min_length=1)
    llm: str = "quote"
    llm_url: str | None = None
    llm_timeout: float = Field(120.0, gt=0, le=3600)
    llm_seed: int | None = None
    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(7860, ge=1, le=65535)
    auth: SecretStr | None = None
    hosts: Annotated[tuple[str, ...], NoDecode] = ()
    uploads: bool | None = None

    @field_validator("hosts", mode="before")
    @classmethod
    def _names(cls, given: object) -> object:
        """In the environment the names stand one after the other, with commas or blanks between them."""
        return tuple(given.replace(",", " ").split()) if isinstance(given, str) else given

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments before the environment before `dateline.toml`."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def index_dir(self) -> Path:
        """The folder of the index."""
        if self.index is not None:
            return self.index
        corpus = self.corpus.resolve()
        return corpus.parent / ".dateline" / corpus.name


def load_settings(**given: Any) -> Settings:
    """Reads the settings; arguments that are None count as not given.

    Raises:
        SettingsError: A value cannot be used, a name in `dateline.toml` is unknown, or the file is not TOML.
    """
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SettingsError(
            f"Setting {name!r} is {first['input']!r}: {first['msg']}. Correct it and try again."
        ) from None
    except (tomllib.TOMLDecodeError, SourceError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"dateline.toml cannot be read: {error}. Correct it and try again.") from None
