"""The absolute path of the data folder, and a warning for a relative one."""

from contextlib import suppress
from pathlib import Path


def absolute_folder(given: str) -> Path:
    """Return the absolute path of the data folder. A relative path starts at the working folder."""
    data = Path(given)
    with suppress(RuntimeError):  # ~ with an unknown user
        data = data.expanduser()
    return data.absolute()


def relative_folder_warnings(given: str) -> list[str]:
    """Return a warning if the data folder is relative: cron has another working folder than the user."""
    if Path(given).is_absolute() or given.startswith("~"):
        return []
    return [f"the data folder {given!r} is relative, so the data goes to {absolute_folder(given)}"]
