"""A signal to a crawl or a watch that still waits for its database: one line, or nothing, and never a kill."""

import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.system.crawling import Crawl
from tests.system.launching import Process

pytestmark = pytest.mark.system

LINE = "ecnscrawl: error: interrupted before the first request; nothing is lost\n"


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """Takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        yield server


@pytest.fixture
def user(silent_server: socket.socket, tmp_path: Path) -> Crawl:
    """A user whose database is there."""
    (tmp_path / "sites.toml").write_text('[[site]]\nspider = "ecns"\n', encoding="utf-8")
    address = f"postgresql://127.0.0.1:{silent_server.getsockname()[1]}/news"
    return Crawl(tmp_path / "data", {"ECNSCRAWL_DATABASE_URL": address})


def end(process: Process) -> tuple[int | None, str, str]:
    """The status of the process, and what it printed."""
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_crawl_that_waits_for_its_database_says_that_a_signal_ends_it(
    user: Crawl, silent_server: socket.socket, number: signal.Signals
) -> None:
    process = user.start()
    with silent_server.accept()[0]:
        process.send_signal(number)
        assert end(process) == (1, "", LINE)


def test_a_watch_that_waits_for_its_database_is_not_ended_by_a_hangup(
    user: Crawl, silent_server: socket.socket, tmp_path: Path
) -> None:
    process = user.start_scrapy("watch", str(tmp_path / "sites.toml"))
    with silent_server.accept()[0]:
        process.send_signal(signal.SIGHUP)
        time.sleep(0.5)
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert end(process) == (1, "", LINE)
