"""Tells that the page is there."""

from __future__ import annotations

import os
import sys
import webbrowser


def announce(url: str, *, open_browser: bool) -> None:
    """Prints the page's address and, where there is a screen, opens it."""
    print(f"Dateline is on {url}  (Ctrl+C stops it)", flush=True)
    if open_browser and _has_screen():
        webbrowser.open(url)


def _has_screen() -> bool:
    """Whether a browser would open in a window, not in this terminal."""
    return sys.platform in ("darwin", "win32") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
