"""Users and their passwords: from a file or the environment, never from the command line, where others see them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from index.errors import SettingsError

VARIABLE = "DATELINE_AUTH"


class Users:
    """Who may come in. Passwords are held as digests with a key of this process, and compared in constant time."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        """Takes passwords by name."""
        self._key = secrets.token_bytes(32)
        self._digests = {name: self._digest(password) for name, password in passwords.items()}
        self._nobodys = secrets.token_bytes(32)

    @classmethod
    def read(cls, given: str) -> Users:
        """Reads users.

        Args:
            given: A file with a user:password on each line; or such lines themselves, from the environment alone.

        Raises:
            SettingsError: There is no such file, others can read it, or it does not hold users. No password is told.
        """
        file = Path(given).expanduser()
        if _is_file(file):
            return cls(_pairs(_private(file), str(file)))
        if ":" not in given:
            raise SettingsError(f"There is no file {given!r} of users. Name one with a user:password on each line.")
        if os.environ.get(VARIABLE) != given:
            raise SettingsError(
                "A password may not stand on the command line or in dateline.toml. Put user:password into a file and "
                f"name that, or into {VARIABLE}."
            )
        return cls(_pairs(given, VARIABLE))

    def named(self, authorization: str | None) -> str | None:
        """The user whose name and password an Authorization header holds (HTTP Basic); None where they are wrong."""
        scheme, _, encoded = (authorization or "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            name, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        is_right = hmac.compare_digest(self._digest(password), self._digests.get(name, self._nobodys))
        return name if is_right else None

    def _digest(self, password: str) -> bytes:
        return hmac.digest(self._key, password.encode("utf-8", "replace"), hashlib.sha256)


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):
        return False  # Too long for a name, as many users at once may be.


def _private(file: Path) -> str:
    """The text of a file that nobody else on this machine can read."""
    try:
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise SettingsError(f"Others on this machine can read the passwords in {file}. Run: chmod 600 {file}")
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"The users in {file} cannot be read ({error}). Name a text file in UTF-8.") from None


def _pairs(text: str, place: str) -> dict[str, str]:
    users: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, colon, password = line.strip().partition(":")
        if not (name and colon and password):
            raise SettingsError(f"Line {number} of {place} is not user:password. Correct it or take it away.")
        if name in users:
            raise SettingsError(f"The user {name!r} is there twice in {place}. Leave one of them out.")
        users[name] = password
    if not users:
        raise SettingsError(f"There is no user in {place}. Write user:password on a line.")
    return users
