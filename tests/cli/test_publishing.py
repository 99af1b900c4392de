"""Publishing through outages of a real database: how long each is waited for, and what is printed."""

import time
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from ecnscrawl.cli.publishing import publish_with_retries
from ecnscrawl.frontier.postgres.connection import RetryPolicy
from ecnscrawl.frontier.server_address import ServerAddress
from ecnscrawl.storage.database.published_folder import PublishedFolder
from ecnscrawl.storage.database.publisher import Publisher
from tests.samples import MORNING, Clock, article
from tests.storage.database.rows import store

pytestmark = pytest.mark.system

RETRY_SECONDS = 0.3
_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


class OutagesClock(Clock):
    """Drops the connections of a database when it is asked for the names of its first and its third file."""

    def __init__(self, database_url: str) -> None:
        super().__init__()
        self._url, self._asked = database_url, 0

    def __call__(self) -> datetime:
        self._asked += 1
        if self._asked == 3:
            time.sleep(2 * RETRY_SECONDS)
        if self._asked in (1, 3):
            with psycopg.connect(self._url, autocommit=True) as connection:
                connection.execute(_OTHERS)
        return super().__call__()


def test_each_outage_has_its_own_time_and_its_own_warning(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(database_url) as connection:
        store(connection, *(article(number) for number in range(4)))
    folder = PublishedFolder(tmp_path)
    with folder.locked(MORNING, None):
        publisher = Publisher(folder, OutagesClock(database_url), most=1)
        publish_with_retries(publisher, ServerAddress("there", database_url), RetryPolicy(RETRY_SECONDS), 60)
    assert (publisher.files, publisher.records) == (4, 4)
    warnings = capsys.readouterr().err.splitlines()
    assert len(warnings) == 2
    assert all(each.startswith("ecnscrawl: warning: there: ") and "; trying again" in each for each in warnings)
