"""The way to a model's server: no proxy, no redirect, and the key goes nowhere else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator

import httpx

from rag.llms.failures import Endless, NotAStream

_CONNECT_SECONDS = 10.0
_MOST_BYTES = 8_000_000
"""Read of one answer, however it is wrapped; a few thousand tokens are far below."""

_KEPT = frozenset({"host", "connection", "accept", "accept-encoding", "content-type", "content-length"})


class Bearer(httpx.Auth):
    """Puts the key into the request, and takes out what the client library tells of itself and of the environment."""

    def __init__(self, key: str | None) -> None:
        """Takes the key; None for a server that needs none."""
        self._key = key

    def __repr__(self) -> str:
        return "Bearer(...)"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See `httpx.Auth.auth_flow`."""
        for name in set(request.headers) - _KEPT:
            del request.headers[name]
        request.headers["User-Agent"] = "dateline"
        if self._key is not None:
            request.headers["Authorization"] = f"Bearer {self._key}"
        yield request


def connection(auth: httpx.Auth) -> httpx.AsyncClient:
    """A client for one request; closing it closes the connection, which stops the model."""
    return httpx.AsyncClient(
        auth=auth,
        trust_env=False,  # No proxy, and no password from a file, of which nobody spoke.
        follow_redirects=False,
        timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),  # The whole answer has a time of its own.
        event_hooks={"response": [_check_stream]},
    )


async def _check_stream(response: httpx.Response) -> None:
    kind = response.headers.get("content-type", "text/event-stream")
    if response.is_success and not kind.lower().startswith("text/event-stream"):
        raise NotAStream(kind)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    response.stream = _Bounded(response.stream)


class _Bounded(httpx.AsyncByteStream):
    """A body that is given up when it does not end."""

    def __init__(self, body: httpx.AsyncByteStream) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for piece in self._body:
            read += len(piece)
            if read > _MOST_BYTES:
                raise Endless
            yield piece

    async def aclose(self) -> None:
        await self._body.aclose()
