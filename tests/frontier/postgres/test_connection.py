"""A database without the package that reaches it."""

import sys

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.postgres.worker import Worker, WorkerTerms
from ecnscrawl.frontier.server_address import ServerAddress


def test_a_missing_psycopg_is_one_line_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as if it were not installed
    worker = Worker(ServerAddress("there", "postgresql://127.0.0.1:1/nothing"), WorkerTerms())
    with pytest.raises(CannotStart, match=r"^a PostgreSQL database needs the package psycopg; .+$"):
        worker.open()
