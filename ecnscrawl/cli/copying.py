"""`scrapy state copy SOURCE TARGET`: which sites go where, and what is printed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.base import sites_in
from ecnscrawl.cli.database import connected
from ecnscrawl.configuration.storage import run_settings
from ecnscrawl.exceptions import CannotStart, WrongUsage, suggestion
from ecnscrawl.frontier.server_address import SCHEMES, ServerAddress, parse_server
from ecnscrawl.monitoring.report_files import write_pages
from ecnscrawl.normalize.text import counted, listed
from ecnscrawl.redaction import print_safely
from ecnscrawl.storage.copying.copy import Copied, to_database, to_folder
from ecnscrawl.storage.data_folder import absolute_folder
from ecnscrawl.storage.folder.reports import FileReports
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from psycopg import Connection

_LOCK_SECONDS = 10  #: to wait for a worker that is just claiming the site
#: What the line of a site says, with the word for one of a kind.
_SHOWN = {
    "articles": "known article",
    "records": "record",
    "pending": "pending link",
    "gone": "gone article",
    "rejected": "rejected record",
    "forgotten": "forgotten article",
    "reports": "report",
}


def copy_sites(
    source: str, target: str, named: Sequence[str], settings: BaseSettings, loader: SpiderLoaderProtocol
) -> None:
    """Copy the named sites, or all, between a data folder and a database; print a line for each.

    Raises WrongUsage, AlreadyRunning, CannotStart and StorageFailed. The sites whose lines were printed are copied.
    """
    from_server, to_server = _server(source), _server(target)
    if (from_server is None) == (to_server is None):
        way_out = "pg_dump and pg_restore copy one" if from_server else "copy the folder itself, while no crawl runs"
        raise WrongUsage(f"one of the two must be a data folder, the other a database; {way_out}")
    if to_server is not None:
        folder = absolute_folder(source)
        sites = _chosen(sites_in(folder, loader), named, str(folder))
        with _connected(to_server, "TARGET") as connection:
            for site in sites:
                run = FileRun(folder / site, utc_now, run_settings(settings))
                run.enter()
                try:
                    _say(site, to_database(run, connection, to_server.name), to_server.name, run.warnings)
                finally:
                    run.finish()
    elif from_server is not None:
        folder = absolute_folder(target)
        with _connected(from_server, "SOURCE") as connection:
            stored = [site for (site,) in connection.execute("SELECT site FROM ecnscrawl.sites ORDER BY site")]
            for site in _chosen(stored, named, from_server.name):
                copied = to_folder(connection, site, folder, settings.getint("FILE_RECORDS"), utc_now)
                reports = folder / site / "reports"
                write_pages(reports, FileReports(reports))
                _say(site, copied, str(folder))


@contextmanager
def _connected(server: ServerAddress, argument: str) -> Iterator["Connection[Any]"]:
    """Yield a connection to a database that has its tables. Raises CannotStart."""
    with connected(server, argument) as connection:
        connection.execute("SET timezone TO 'UTC'")  # so that times are read as they are written elsewhere
        connection.execute(f"SET lock_timeout TO '{_LOCK_SECONDS}s'".encode())
        yield connection


def _server(text: str) -> ServerAddress | None:
    """Return the address of a database; None for a folder."""
    return parse_server(text) if text.partition("://")[0] in SCHEMES and "://" in text else None


def _chosen(stored: Sequence[str], named: Sequence[str], where: str) -> Sequence[str]:
    """Return the sites to be copied. Raises WrongUsage for one that is not there, CannotStart if there is none."""
    if not stored:
        raise CannotStart(f"{where} has no site; nothing was copied")
    for name in named:
        if name not in stored:
            raise WrongUsage(f"{where} has no site {name!r}{suggestion(name, stored)}; it has {listed(stored)}")
    return list(dict.fromkeys(named)) or stored


def _say(site: str, copied: Copied, target: str, warnings: Sequence[str] = ()) -> None:
    for warning in (*warnings, *copied.warnings):
        print_safely(f"ecnscrawl: warning: {warning}", error=True)
    what = listed([counted(copied.counts[kind], word) for kind, word in _SHOWN.items() if copied.counts[kind]])
    print_safely(f"{site}: {what or 'nothing'} copied to {target} and compared")
