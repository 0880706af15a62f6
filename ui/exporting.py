"""An answer or a conversation as a file to keep: Markdown, JSON or PDF, with its sources and the state of the index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from index.errors import SettingsError
from ui.document import Exchange, IndexState, document

Form = Literal["md", "json", "pdf"]
FORMS: tuple[Form, ...] = get_args(Form)

_MEDIA: dict[Form, str] = {"md": "text/markdown", "json": "application/json", "pdf": "application/pdf"}


@dataclass(frozen=True)
class Export:
    """A file that can be sent or written: its name, what kind it is, and what is in it."""

    name: str
    media_type: str
    data: bytes


def export(exchanges: Sequence[Exchange], state: IndexState, form: Form, made: datetime | None = None) -> Export:
    """Makes a file of one answer or of several.

    Args:
        exchanges: The questions with their answers, oldest first.
        state: What the archive holds.
        form: "md", "json" or "pdf".
        made: The moment that the file bears; now, if it is left out.
    """
    made = made or datetime.now(UTC)
    name = f"dateline-{made:%Y-%m-%d-%H%M}.{form}"
    return Export(name, _MEDIA[form], _data(exchanges, state, form, made))


def form_of(file: Path) -> Form:
    """The form that a file's name asks for.

    Raises:
        SettingsError: It asks for none.
    """
    for form in FORMS:
        if file.suffix.lower() == f".{form}":
            return form
    raise SettingsError(f"--out is {str(file)!r}. Name a file that ends in .md, .json or .pdf.")


def write(file: Path, exchanges: Sequence[Exchange], state: IndexState) -> None:
    """Writes what a file's name asks for.

    Raises:
        SettingsError: Its name asks for no form, or it cannot be written.
    """
    made = export(exchanges, state, form_of(file))
    try:
        file.write_bytes(made.data)
    except OSError as error:
        raise SettingsError(f"{file} cannot be written ({error.strerror}). Name another: --out FILE.") from None


def _data(exchanges: Sequence[Exchange], state: IndexState, form: Form, made: datetime) -> bytes:
    if form == "json":
        return _json(exchanges, state, made).encode("utf-8", "replace")
    # Only one of the two is needed at a time, and the library behind PDF takes a while to load.
    if form == "md":
        from ui.markdown import markdown

        return markdown(document(exchanges, state, made)).encode()
    from ui.pdf import pdf

    return pdf(document(exchanges, state, made))


def _json(exchanges: Sequence[Exchange], state: IndexState, made: datetime) -> str:
    whole = {
        "exported": made.isoformat(timespec="seconds"),
        "index": {
            **state.held.model_dump(mode="json"),
            "passages": state.passages,
            "indexed": state.indexed and state.indexed.isoformat(timespec="seconds"),
        },
        "turns": [{"filters": each.filters, "answer": each.answer.to_dict()} for each in exchanges],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
