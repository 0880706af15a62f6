"""Who may use the page: users with passwords, the names it goes by, and requests that come from itself alone."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import RequestError, SettingsError
from index.settings import Settings
from ui.limits import Limit
from ui.users import VARIABLE, Users

USER = "dateline_user"
"""Under which the name of the user stands in the scope of a request."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_TRIES = 20
"""Wrong passwords from one address within a minute."""


@dataclass(frozen=True)
class Access:
    """What is let in.

    Attributes:
        users: Who may come in; None: nobody has to say who they are.
        names: By which the page may be reached; any address in numbers is good besides.
        proxied: Those of them under which a proxy publishes it, whose requests may bear another name than their page.
    """

    users: Users | None = None
    names: frozenset[str] = frozenset({"localhost"})
    proxied: frozenset[str] = frozenset()

    @classmethod
    def of(cls, settings: Settings) -> Access:
        """What the settings let in.

        Raises:
            SettingsError: The users cannot be read, or there are none though other machines can reach the page.
        """
        if settings.auth is None and not is_local(settings.host):
            raise SettingsError(
                f"Other machines can reach {settings.host}, and whoever does could read the archive. Name a file of "
                f"users with --auth FILE, or set {VARIABLE}=user:password; or stay on 127.0.0.1."
            )
        proxied = frozenset(name.casefold() for name in settings.hosts)
        names = {settings.host.casefold(), "localhost", socket.gethostname().casefold(), *proxied}
        users = None if settings.auth is None else Users.read(settings.auth.get_secret_value())
        return cls(users, frozenset(names), proxied)

    def knows(self, host: str | None) -> bool:
        """Whether a Host header means this page.

        A name that somebody else has lead to this machine would let their page read this one (DNS rebinding); an
        address in numbers cannot be led anywhere.
        """
        name = _name(host)
        return name is not None and (name in self.names or _is_address(name))

    def is_own(self, headers: Headers) -> bool:
        """Whether a request comes from the page itself, or from no page at all."""
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        host = _host(origin)
        return host == (headers.get("host") or "").casefold() or _name(host) in self.proxied


class Doorkeeper:
    """Refuses the requests that `Access` does not let in."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        """Takes the page, and what is let in."""
        self._app = app
        self._access = access
        self._wrong = Limit(_TRIES, 60, _TRIES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # The page has none.
            return
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._access.knows(headers.get("host")):
            return _says(421, "The page does not go by this name. Whoever runs it can allow it: the setting hosts.")
        if self._access.users is not None:
            user = self._access.users.named(headers.get("authorization"))
            if user is None:
                return self._stranger(scope, headers)
            scope[USER] = user
        if scope["method"] not in _SAFE and not self._access.is_own(headers):
            return _says(403, "This came from another page, so it was not done.")
        return None

    def _stranger(self, scope: Scope, headers: Headers) -> Response:
        if headers.get("authorization"):
            try:
                with self._wrong.admitted(address_of(scope)):
                    pass
            except RequestError as error:
                return _says(429, str(error))
        return PlainTextResponse(
            "Say who you are.", 401, {"WWW-Authenticate": 'Basic realm="Dateline", charset="UTF-8"'}
        )


def is_local(host: str) -> bool:
    """Whether an address to bind to can be reached from this machine alone."""
    return host.casefold() == "localhost" or (_is_address(host) and ip_address(host).is_loopback)


def may_change(settings: Settings) -> bool:
    """Whether visitors may add articles and take them away.

    Where the operator does not say, they may if they sit at this machine or have a password.
    """
    if settings.uploads is not None:
        return settings.uploads
    return is_local(settings.host) or settings.auth is not None


def address_of(scope: Scope) -> str:
    """The address that a request came from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _host(origin: str) -> str:
    """The name and port of an origin; empty where it has none, as "null" has."""
    try:
        return urlsplit(origin).netloc.casefold()
    except ValueError:
        return ""


def _name(host: str | None) -> str | None:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname if host else None
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _says(status: int, text: str) -> Response:
    return JSONResponse({"error": text}, status)
