"""`scrapy watch` with a site that needs a browser: it renders in a process of its own, and only if it is told to."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Fault, LoggedRequest, Replica, Stall
from tests.system.chromium import chromium
from tests.system.many_sites import Log, gazette, summary, watcher
from tests.system.newsstand import Newsstand, Story
from tests.system.rendering import publish

pytestmark = pytest.mark.system

PLAIN, SCRIPTED = Story(1), Story(2)
ECNS = '[[site]]\nspider = "ecns"\n[site.arguments]\nsections = "world"\n'


@pytest.fixture
def stand() -> Newsstand:
    """A site with a plain article and one that a script fills in."""
    stand = Newsstand()
    stand.publish(PLAIN)
    publish(stand, SCRIPTED)
    stand.list("/world/", [PLAIN.url, SCRIPTED.url])
    return stand


def test_without_a_word_a_page_that_needs_a_browser_is_named_with_the_way_out(
    serve: Callable[..., Replica], tmp_path: Path, stand: Newsstand
) -> None:
    user = watcher(serve([stand.site]), tmp_path, [])
    user.write_table(ECNS)
    ended = user.once()
    assert ended.status == 3
    line = user.lines(ended)["ecns"]
    assert line.startswith("ecns unhealthy new=1 "), ended.err
    assert "1 page is filled in by scripts, and there is no browser: write arguments = { render = 'auto' }" in line


def test_an_entry_that_renders_has_a_process_of_its_own(
    serve: Callable[..., Replica], tmp_path: Path, stand: Newsstand
) -> None:
    other = gazette("gazette.example")
    user = watcher(serve([stand.site, other.site]), tmp_path, [other])
    user.write_table(f'{ECNS}render = "auto"\n')
    ended = user.once(CHROMIUM_PATH=chromium())
    lines = user.lines(ended)
    assert ended.status == 0, ended.err
    assert lines["ecns"].startswith("ecns healthy new=2 "), ended.err
    assert lines["gazette.example"].startswith("gazette.example healthy new=3 ")
    assert summary(ended) == {"sites": "2", "runs": "2", "healthy": "2", "unhealthy": "0"}
    assert {record["id"] for record in user.records_of("ecns")} == {PLAIN.id, SCRIPTED.id}


def test_a_signal_stops_that_process_too_and_it_publishes_what_it_has(
    serve: Callable[..., Replica], tmp_path: Path, stand: Newsstand
) -> None:
    """The plain article is stored when the signal comes, and the other one's page never arrives."""
    replica = serve([stand.site])

    def stall(request: LoggedRequest) -> Fault | None:
        return Stall(60) if request.path == SCRIPTED.path() else None

    replica.fault = stall
    user = watcher(replica, tmp_path, [])
    user.write_table(f'{ECNS}render = "auto"\n')
    process = user.start_scrapy(*user.words("-s", "DOWNLOAD_TIMEOUT=60"), CHROMIUM_PATH=chromium())
    log = Log(process)
    stored = user.data / "ecns" / "articles"
    deadline = time.monotonic() + 60
    while not any(file.stat().st_size for file in stored.glob(".*.part")):
        assert process.poll() is None, log.lines
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    log.wait_for("ecns unhealthy new=1 ", "watch sites=1 runs=1 healthy=0 unhealthy=1 ")
    assert [record["id"] for record in user.records_of("ecns")] == [PLAIN.id]


def test_a_refusal_of_that_process_is_the_entry_s_line(
    serve: Callable[..., Replica], tmp_path: Path, stand: Newsstand
) -> None:
    user = watcher(serve([stand.site]), tmp_path, [])
    user.write_table(f'{ECNS}render = "always"\n')
    ended = user.once(CHROMIUM_PATH="/no/such/browser")
    assert (ended.status, summary(ended)) == (
        1,
        {"sites": "1", "runs": "0", "healthy": "0", "unhealthy": "0", "refused": "1"},
    )
    assert user.lines(ended)["ecns"].startswith(
        "ecns refused status=1 reason=\"CHROMIUM_PATH='/no/such/browser' is not"
    )
