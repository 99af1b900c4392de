"""Find the data folder: beside the project's scrapy.cfg, or where the settings say; and the sites' folders in it."""

import os
import re
from configparser import ConfigParser, Error
from contextlib import suppress
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart

_SITE = re.compile(r"[^/\0.][^/\0]*")
#: What a site's folder may have; where the records are in a database, only the last three.
_OF_A_SITE = ("state.sqlite", "articles", "archive", "samples", "reports")


def project_folder(working_folder: Path, settings_module: str | None) -> Path:
    """Return the folder of the closest scrapy.cfg above that names these settings; else the working folder.

    Another project's scrapy.cfg may stand above a user who has installed the command `ecnscrawl`: without a settings
    module, as in a script, only a file that names `ecnscrawl.settings` counts.
    """
    folders = (working_folder, *working_folder.parents)
    folder = next((each for each in folders if os.access(each / "scrapy.cfg", os.F_OK)), None)
    if folder is None:
        return working_folder
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(folder / "scrapy.cfg", encoding="utf-8")
        named = dict(parser.items("settings")).values()
    except (Error, OSError, UnicodeDecodeError):
        return working_folder
    return folder if (settings_module or "ecnscrawl.settings") in named else working_folder


def absolute_folder(given: str) -> Path:
    """Return the absolute path of the data folder. A relative path starts at the working folder."""
    data = Path(given)
    with suppress(RuntimeError):  # ~ with an unknown user
        data = data.expanduser()
    return data.absolute()


def make_site_folder(folder: Path) -> None:
    """Make the folder of a site, and the data folder, where they are missing. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    safe_files.make_folder(folder, depth=1)


def site_folder_of(path: Path, data: Path, site: str | None = None) -> Path | None:
    """Return the folder of a site inside the data folder in which a path lies, else None.

    `path` has no links in it. `site` is a site whose folder may not exist yet.
    """
    data = Path(os.path.realpath(data))
    if not path.is_relative_to(data) or len(path.relative_to(data).parts) < 2:
        return None
    folder = data / path.relative_to(data).parts[0]
    is_site = folder.name == site or any((folder / name).exists() for name in _OF_A_SITE)
    return folder if is_site else None


def check_site_name(site: str) -> None:
    """Raise CannotStart if a site's name from a database cannot be the name of its folder, such as `../other`."""
    if not _SITE.fullmatch(site):
        raise CannotStart(f"the database has a site {site!r}, which cannot be the name of a folder")


def relative_folder_warnings(given: str) -> list[str]:
    """Return a warning if the data folder is relative: cron has another working folder than the user."""
    if Path(given).is_absolute() or given.startswith("~"):
        return []
    return [f"the data folder {given!r} is relative, so the data goes to {absolute_folder(given)}"]
