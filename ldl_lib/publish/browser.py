"""The Chromium that takes the figures' pictures and tests the pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# Without these, Chromium asks its maker's servers for updates at every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class BrowserMissingError(RuntimeError):
    """No Chromium on this machine, and how to get one."""


def system_chromium() -> str | None:
    """Return the path of the system's Chromium, or of the one LDL_CHROMIUM names.

    Raises
    ------
    BrowserMissingError
        If LDL_CHROMIUM names no program.
    """
    named = os.environ.get("LDL_CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None:
            raise BrowserMissingError(f"LDL_CHROMIUM={named!r} is not a program")
        return found
    return next(filter(None, map(shutil.which, SYSTEM_NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium: the system's, or else the one Playwright has downloaded.

    Raises
    ------
    BrowserMissingError
        If there is neither.
    """
    from playwright.sync_api import Error, sync_playwright

    path = system_chromium()
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        except Error as error:
            raise BrowserMissingError(
                "Chromium could not be started. Install it (Debian, Ubuntu: apt "
                "install chromium; elsewhere: python -m playwright install chromium), "
                f"or name it in LDL_CHROMIUM. {error.message.splitlines()[0]}"
            ) from error
        try:
            yield browser
        finally:
            browser.close()
