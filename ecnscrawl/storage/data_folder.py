"""The data folder that the settings name, as an absolute path."""

from contextlib import suppress
from pathlib import Path


def absolute_folder(given: str) -> Path:
    """Where the sites' folders are; a path that does not begin with / or ~ is taken from the working folder."""
    data = Path(given)
    with suppress(RuntimeError):  # ~ of a user that there is not
        data = data.expanduser()
    return data.absolute()


def relative_folder_warnings(given: str) -> list[str]:
    """Says where the data goes if that depends on the working folder: the one of cron is another."""
    if Path(given).is_absolute() or given.startswith("~"):
        return []
    return [f"the data folder {given!r} is relative, so the data goes to {absolute_folder(given)}"]
