"""The address and port of the page."""

from __future__ import annotations

import errno
import socket

from index.errors import SettingsError


def check_port(host: str, port: int) -> None:
    """Makes sure that the page can be served there, before anything slow is begun.

    Raises:
        SettingsError: The port is taken or may not be used, or the address is not one of this machine's.
    """
    listen(host, port).close()


def listen(host: str, port: int) -> socket.socket:
    """Takes a port; 0 takes any that is free.

    Raises:
        SettingsError: As for `check_port`.
    """
    try:
        return _bind(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise SettingsError(
                f"Port {port} on {host} cannot be opened: {error.strerror}. Name others with --host and --port."
            ) from None
    free = next((other for other in range(port + 1, min(port + 100, 65536)) if _is_free(host, other)), None)
    another = "another port" if free is None else f"another port: --port {free}"
    raise SettingsError(f"Port {port} on {host} is in use. Stop the other program or name {another}.")


def _is_free(host: str, port: int) -> bool:
    try:
        _bind(host, port).close()
    except OSError:
        return False
    return True


def _bind(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)


def url_of(listener: socket.socket) -> str:
    """Where a browser on this machine finds what listens there."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
