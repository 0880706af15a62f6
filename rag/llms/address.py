"""Where a language model is asked."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from index.errors import LLMError


@dataclass(frozen=True)
class Address:
    """The base of an OpenAI-compatible API, such as `https://api.openai.com/v1`."""

    url: str

    @property
    def is_this_machine(self) -> bool:
        """Whether what is sent there stays on this machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return host == "localhost" or ip_address(host).is_loopback
        except ValueError:
            return False

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read what is sent there."""
        return self.url.startswith("https:")


def read_address(given: str) -> Address:
    """Reads an address as it was named by whoever runs Dateline.

    Raises:
        LLMError: It is no http or https URL, or holds more than host, port and path. What it holds is not repeated
            where it may be a password.
    """
    text = given.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.username or parts.password or "@" in text:
        raise LLMError("--llm-url holds a user name or password. Leave it out; a key goes into OPENAI_API_KEY.")
    if parts.query or parts.fragment:
        raise LLMError(
            "--llm-url holds a query or a fragment. Name the address alone, such as http://127.0.0.1:8000/v1."
        )
    if parts.scheme not in ("http", "https") or not host or not text.isprintable() or " " in text:
        raise LLMError(f"--llm-url is {given!r}. Name an http or https address, such as http://127.0.0.1:8000/v1.")
    shown = f"[{host}]" if ":" in host else host
    return Address(f"{parts.scheme}://{shown}{f':{port}' if port else ''}{parts.path.rstrip('/')}")
