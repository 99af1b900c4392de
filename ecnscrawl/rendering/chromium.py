"""Finding a Chromium: the one that is named, Playwright's own, or the system's."""

import os
import shutil
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from scrapy.settings import BaseSettings

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_CACHES = {"linux": ".cache/ms-playwright", "darwin": "Library/Caches/ms-playwright"}
_OWN = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
)


class NoBrowser(LookupError):
    """There is no browser to be had: why, and the way out, in one line."""


def find_for(settings: BaseSettings) -> Path:
    """The Chromium to use on this machine. Raises NoBrowser."""
    return find(settings["CHROMIUM_PATH"], os.environ, Path.home())


def why_none(settings: BaseSettings) -> str | None:
    """Why there is no browser on this machine; None where there is one."""
    try:
        find_for(settings)
    except NoBrowser as reason:
        return str(reason)
    return None


def find(named: str | None, environment: Mapping[str, str], home: Path) -> Path:
    """The Chromium to use; `named` is what CHROMIUM_PATH says. Raises NoBrowser."""
    if find_spec("scrapy_playwright") is None:
        raise NoBrowser("rendering needs scrapy-playwright; pip install 'ecnscrawl[browser]', or use -s RENDER=off")
    if named:
        found = shutil.which(named, path=environment.get("PATH"))
        if found is None:
            raise NoBrowser(f"CHROMIUM_PATH={named!r} is no program; name Chromium, or use -s RENDER=off")
        return Path(found)
    if own := _own(environment, home):
        return own
    for name in NAMES:
        if found := shutil.which(name, path=environment.get("PATH")):
            return Path(found)
    raise NoBrowser(
        "rendering needs Chromium; run `.venv/bin/playwright install chromium`, or name one with CHROMIUM_PATH,"
        " or use -s RENDER=off"
    )


def _own(environment: Mapping[str, str], home: Path) -> Path | None:
    """The newest one that `playwright install chromium` has put on this machine."""
    named = environment.get("PLAYWRIGHT_BROWSERS_PATH")
    folder = Path(named) if named and named != "0" else home / _CACHES.get(sys.platform, "AppData/Local/ms-playwright")
    try:
        found = [path for pattern in _OWN for path in folder.glob(pattern) if path.is_file()]
        return max(found, key=lambda path: path.stat().st_mtime, default=None)
    except OSError:  # another user's home
        return None
