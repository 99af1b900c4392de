"""Find a Chromium: the one in CHROMIUM_PATH, else Playwright's, else the system's."""

import os
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from scrapy.settings import BaseSettings

from ecnscrawl import hints

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CACHES = {"linux": ".cache/ms-playwright", "darwin": "Library/Caches/ms-playwright"}
_OWN = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)


class BrowserNotFoundError(LookupError):
    """No browser was found; the message is one line with the reason and the way out."""


def find_browser(settings: BaseSettings) -> Path:
    """Return the path of the Chromium to use on this machine. Raises BrowserNotFoundError."""
    return find(settings["CHROMIUM_PATH"], os.environ, Path.home())


def why_not_found(settings: BaseSettings) -> str | None:
    """Return why no browser was found on this machine, or None if there is one."""
    try:
        find_browser(settings)
    except BrowserNotFoundError as reason:
        return str(reason)
    return None


def find(named: str | None, environment: Mapping[str, str], home: Path) -> Path:
    """Return the path of the Chromium to use; `named` is the value of CHROMIUM_PATH. Raises BrowserNotFoundError."""
    if find_spec("scrapy_playwright") is None:
        raise BrowserNotFoundError(
            f"rendering needs scrapy-playwright; {hints.install_extra('browser')}, or use -s RENDER=off"
        )
    if named:
        found = shutil.which(named, path=environment.get("PATH"))
        if found is None:
            raise BrowserNotFoundError(f"CHROMIUM_PATH={named!r} is not a program; name Chromium, or use -s RENDER=off")
        return Path(found)
    if own := _own(environment, home):
        return own
    for name in NAMES:
        if found := shutil.which(name, path=environment.get("PATH")):
            return Path(found)
    raise BrowserNotFoundError(
        f"rendering needs Chromium; run `{hints.beside_python('playwright')} install chromium`,"
        " or name one with CHROMIUM_PATH, or use -s RENDER=off"
    )


def _own(environment: Mapping[str, str], home: Path) -> Path | None:
    """Return the newest Chromium that `playwright install chromium` installed, or None."""
    named = environment.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(named) if named and named != "0" else home / _CACHES.get(sys.platform, "AppData/Local/ms-playwright")
    try:
        found = [path for pattern in _OWN for path in folder.glob(pattern) if path.is_file()]
        return max(found, key=lambda path: path.stat().st_mtime, default=None)
    except OSError:  # for example another user's home
        return None
