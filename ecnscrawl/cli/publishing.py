"""`scrapy publish`: which sites' records are written to which folder, again and again, and what is printed."""

import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.settings import BaseSettings

from ecnscrawl.cli.database import connected
from ecnscrawl.exceptions import StorageFailed, WrongUsage, suggestion
from ecnscrawl.frontier.postgres import rights
from ecnscrawl.frontier.postgres.connection import RetryPolicy, open_connection
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.frontier.server_errors import database_errors, is_passing, reason_of
from ecnscrawl.normalize.text import counted, listed
from ecnscrawl.redaction import print_safely
from ecnscrawl.storage.database.published_folder import GOES_ON, PublishedFolder
from ecnscrawl.storage.database.publisher import Publisher
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from psycopg import Connection

STOPPED = f"stopped; {GOES_ON}"


def check_sites(address: ServerAddress, named: Sequence[str] | None, spiders: Iterable[str]) -> Sequence[str] | None:
    """Return the sites that were named, sorted; None for all. Connects once, and checks the tables and the rights.

    `spiders` are known before they have a run. Raises WrongUsage for an unknown site, and CannotStart.
    """
    with connected(address) as connection:
        rights.check(connection, rights.OF_PUBLISHING, address.name)
        rights.check_sequence(connection, address.name)
        return None if named is None else _known(connection, named, spiders)


def _known(connection: "Connection[Any]", named: Sequence[str], spiders: Iterable[str]) -> Sequence[str]:
    stored = [site for (site,) in connection.execute("SELECT site FROM ecnscrawl.sites")]
    known = sorted({*stored, *spiders})
    for name in named:
        if name not in known:
            raise WrongUsage(f"unknown site {name!r}{suggestion(name, known)}; known are {listed(known)}")
    return sorted(set(named))


def publish(
    address: ServerAddress, path: Path, sites: Sequence[str] | None, settings: BaseSettings, every: float | None
) -> None:
    """Publish what is new of these sites, again and again if `every` is not None: the seconds to wait then.

    Raises AlreadyRunning, CannotStart and StorageFailed.
    """
    folder = PublishedFolder(path)
    publisher = Publisher(folder, utc_now, settings.getint("FILE_RECORDS"))
    policy = RetryPolicy(settings.getfloat("DATABASE_RETRY_SECONDS"))
    with folder.locked(utc_now(), sites):
        while True:
            files, records = publisher.files, publisher.records
            publish_with_retries(publisher, address, policy, settings.getfloat("WORKER_LEASE_SECONDS"))
            files, records = publisher.files - files, publisher.records - records
            if files or every is None:
                print_safely(_summary(files, records, path))
            if every is None:
                return
            threading.Event().wait(every)  # which a signal interrupts


def publish_with_retries(
    publisher: Publisher, address: ServerAddress, policy: RetryPolicy, longest_pause: float
) -> None:
    """Publish what is new. While the database fails, try again. Raises StorageFailed when that takes too long.

    `longest_pause` is in seconds, between two statements of a transaction: a frozen publisher keeps others waiting.
    A statement may take any time, or a large table on a slow disk could never be published.
    """
    retries, has_warned, records = policy.begin(), False, publisher.records
    while True:
        try:
            with open_connection(address, longest_pause=longest_pause) as connection:
                publisher.publish_new(connection)
            return
        except database_errors() as error:
            if not is_passing(error):
                raise StorageFailed(f"{address.name}: {reason_of(error)}; {GOES_ON}") from None
            if publisher.records > records:  # this is another outage than the one before
                retries, has_warned, records = policy.begin(), False, publisher.records
            if not has_warned:
                print_safely(f"ecnscrawl: warning: {address.name}: {reason_of(error)}; trying again", error=True)
                has_warned = True
            if not retries.wait(error):
                raise StorageFailed(f"{address.name}: {reason_of(error)}; {GOES_ON}") from None


def _summary(files: int, records: int, folder: Path) -> str:
    if not files:
        return f"nothing new to publish into {folder}"
    return f"{counted(records, 'record')} in {counted(files, 'file')} published into {folder}"
