"""One writer at a time."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import IndexLocked, SettingsError

_LOCK = "writer.lock"
_HOLDER = "writer.json"
_PATIENCE_S = 10.0


@contextmanager
def only_writer(folder: Path, patience_s: float = _PATIENCE_S) -> Iterator[None]:
    """Holds the right to write an index; the system lets go of it when the process ends, however it ends.

    Args:
        folder: The index folder, made where there is none.
        patience_s: Seconds to wait for another writer.

    Raises:
        IndexLocked: Another process still writes; the message names it.
        SettingsError: The folder cannot be made or written.
    """
    lock = FileLock(folder / _LOCK)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=patience_s, poll_interval=0.1)
    except Timeout:
        raise IndexLocked(
            f"The index in {folder} is being written by {_holder(folder)}. "
            "Wait for it to end, or use the index as it is: --no-sync."
        ) from None
    except OSError as error:
        raise SettingsError(
            f"The index folder {folder} cannot be written ({error.strerror}). Name another: --index DIR."
        ) from None
    try:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
        now = datetime.now().isoformat(sep=" ", timespec="seconds")
        holder = {"process": os.getpid(), "machine": socket.gethostname(), "command": command, "since": now}
        (folder / _HOLDER).write_text(json.dumps(holder))
        yield
    finally:
        (folder / _HOLDER).unlink(missing_ok=True)
        lock.release()


def _holder(folder: Path) -> str:
    try:
        holder = json.loads((folder / _HOLDER).read_text())
        return f"process {holder['process']} on {holder['machine']} ({holder['command']}) since {holder['since']}"
    except (OSError, ValueError, KeyError):
        return "another process"
