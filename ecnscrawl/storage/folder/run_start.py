"""What a run in files needs before it begins: the folders of its site, and an id after those of all earlier runs."""

import secrets
from datetime import datetime
from pathlib import Path

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.base import FileState
from ecnscrawl.storage.data_folder import make_site_folder
from ecnscrawl.storage.errors import NAME_ANOTHER, as_cannot_start
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.run_ids import newest_run_id, next_run_id

_FOLDERS = ("articles", "published", "rejected", "gone", "reports")


def make_folders(site_folder: Path) -> None:
    """Make the folder of a site and those in it, where they are missing. Raises CannotStart."""
    with as_cannot_start(site_folder):
        try:
            make_site_folder(site_folder)
        except FileNotFoundError:  # so says a file system that has no folders of users, such as /proc
            raise CannotStart(f"no folder can be made at {site_folder.parent}; {NAME_ANOTHER}") from None
        for name in _FOLDERS:
            safe_files.make_folder(site_folder / name)


def new_run_id(state: FileState, site_folder: Path, reports: FileReports, now: datetime) -> str:
    """Return an id after all that runs of this folder got: those the state knows, and those in the folder.

    The state remembers it.
    """
    reported = next(reports.newest_first(), None)
    last = max(
        str(state.get_meta("last_name") or ""),
        newest_run_id(site_folder) or "",
        reported.run_id if reported else "",
    )
    run_id = next_run_id(now, last or None, secrets.randbits(23))
    state.set_meta("last_name", run_id)
    return run_id
