"""The live line of a crawl: on a terminal, while it runs, and nowhere else."""

import re
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from replica import Replica, Resource
from tests.system.crawling import LAST_LINE, Crawl
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.terminal import Shown, in_terminal

pytestmark = pytest.mark.system

STORIES = [Story(number) for number in range(1, 9)]
TOO_LARGE, HANGING = Story(9), Story(10)
ONE_SECTION = ("-a", "sections=world")
LIVE = re.compile(r"listings \d+ · new \d+ updated \d+ unchanged \d+ failed \d+ · \d+\.\d pages/s · .*?\d+:\d\d")
NARROW = 40
RUNS: dict[str, tuple[int, tuple[str, ...], dict[str, str]]] = {
    # How the crawl is run on a terminal: columns, arguments, environment.
    "wide": (120, ONE_SECTION, {}),
    "narrow": (NARROW, ONE_SECTION, {"NO_COLOR": "1"}),
    "with delays": (120, ("-a", "sections=travel", "-s", "DOWNLOAD_DELAY=0.7"), {}),
    "with a log": (400, (*ONE_SECTION, "-L", "INFO", "-s", "LOGSTATS_INTERVAL=0.1"), {}),
    "with a warning": (400, ("-a", "sections=business", "-s", "DOWNLOAD_MAXSIZE=4000"), {}),
    "dumb": (120, ONE_SECTION, {"TERM": "dumb"}),
}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    """A site that takes a second to be crawled."""
    stand = Newsstand()
    stand.publish(*STORIES)
    stand.list("/world/", [story.url for story in STORIES])
    stand.site.put(TOO_LARGE.path(), Resource(b" " * 5000, HTML))
    stand.list("/business/", [story.url for story in [TOO_LARGE, *STORIES]])
    stand.site.put(HANGING.path(), Resource(HANGING.page(), HTML, delay=1.5))
    stand.list("/culture/", [HANGING.url])
    stand.list("/travel/", [story.url for story in STORIES[:2]])
    for story in STORIES:
        stand.site.replace(story.path(), delay=0.3)
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture(scope="module")
def shows(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Shown]:
    """All of RUNS, two at a time: they wait more than they work."""

    def show(name: str) -> Shown:
        columns, arguments, environment = RUNS[name]
        crawl = Crawl(tmp_path_factory.mktemp("progress") / "data", replica.environment())
        return in_terminal(crawl, arguments, columns, environment)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(RUNS, pool.map(show, RUNS), strict=True))


def last_line(shown: Shown) -> str:
    """The text on the screen at the end: only the run's last line, which may be wrapped."""
    line = "".join(row.ljust(shown.screen.columns) for row in shown.screen.lines[:-1]) + shown.screen.lines[-1]
    assert LAST_LINE.fullmatch(line), shown.screen.lines
    return line


def test_a_live_line_says_how_far_the_crawl_is(shows: dict[str, Shown]) -> None:
    frames = LIVE.findall(shows["wide"].text)
    assert len(frames) >= 2
    assert len(set(frames)) >= 2
    assert "listings 1 · new " in frames[-1]


def test_the_live_line_says_how_many_articles_are_expected(shows: dict[str, Shown]) -> None:
    shown = re.findall(r"\d:\d\d · (\d+) of (about|at least) (\d+)", shows["wide"].text)
    assert shown
    assert {total for _, word, total in shown if word == "about"} == {str(len(STORIES))}
    # Before the listing is read, only the articles of the feed are known.
    assert max([int(total) for _, word, total in shown if word == "at least"], default=0) < len(STORIES)
    visited = [int(each) for each, _, _ in shown]
    assert visited == sorted(visited)
    assert visited[-1] < len(STORIES)


def test_the_live_line_is_gone_at_the_end_and_the_last_line_stands(shows: dict[str, Shown]) -> None:
    shown = shows["wide"]
    assert shown.status == 0
    assert "healthy new=8 " in last_line(shown)
    assert shown.screen.shows_cursor


def test_the_live_line_is_a_single_row(shows: dict[str, Shown]) -> None:
    assert shows["wide"].most_lines == 1


def test_it_says_that_it_waits_for_politeness(shows: dict[str, Shown]) -> None:
    assert "waits for politeness, 0.7 s" in shows["with delays"].text
    assert "waits for" not in shows["wide"].text


def test_on_a_narrow_terminal_it_has_three_rows_and_nothing_is_cut(shows: dict[str, Shown]) -> None:
    shown = shows["narrow"]
    rows = [row for row in re.split(r"[\r\n]+", shown.text) if row and not row.startswith("ecns ")]
    assert max(len(row) for row in rows) <= NARROW
    assert any(row.endswith(" of about 8") for row in rows)
    assert {re.sub(r"\d+", "0", row).removesuffix(" · 0 of about 0") for row in rows} == {
        "listings 0",
        "new 0 updated 0 unchanged 0 failed 0",
        "0.0 pages/s · 0:0",
    }
    assert shown.most_lines == len(shown.screen.lines) == 3
    assert "healthy new=8 " in last_line(shown)


def test_without_colours_the_line_has_none(shows: dict[str, Shown]) -> None:
    assert shows["narrow"].screen.colours == []


def test_on_a_terminal_that_can_do_nothing_the_last_line_is_all(shows: dict[str, Shown]) -> None:
    assert "healthy new=8 " in last_line(shows["dumb"])
    assert "\x1b" not in shows["dumb"].output


def test_with_a_log_there_is_no_live_line(shows: dict[str, Shown]) -> None:
    shown = shows["with a log"]
    assert LIVE.search(shown.text) is None
    assert "INFO: Spider opened" in shown.text
    progress = re.findall(r"INFO: Progress: listings (\d+), new \d+ .*, 0:\d\d(?:, (\d+) of about (\d+))?", shown.text)
    assert ("1", "8") in {(listings, total) for listings, _, total in progress}
    assert LAST_LINE.fullmatch(shown.screen.lines[-1])


def test_in_a_pipe_there_is_nothing_but_the_last_line(replica: Replica, tmp_path: Path) -> None:
    ended = Crawl(tmp_path / "data", replica.environment()).run(*ONE_SECTION, TERM="xterm-256color")
    assert ended.out == ""
    assert ended.err == f"{ended.last_line}\n"
    assert ended.stats["new"] == "8"


def test_warnings_stand_above_the_live_line(shows: dict[str, Shown]) -> None:
    shown = shows["with a warning"]
    warning, last = shown.screen.lines
    assert re.search(rf"WARNING: .*{re.escape(TOO_LARGE.path())}", warning)
    assert LAST_LINE.fullmatch(last)
    assert len(LIVE.findall(shown.text[shown.text.index(warning) :])) >= 2
    assert shown.most_lines == 2


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]], ids=["once", "twice"])
def test_an_interrupted_crawl_takes_its_line_away(
    replica: Replica, tmp_path: Path, signals: list[signal.Signals]
) -> None:
    crawl = Crawl(tmp_path / "data", replica.environment())
    replica.requests.clear()

    def hangs(output: str) -> bool:
        return "listings 1" in output and HANGING.path() in {request.path for request in replica.requests}

    shown = in_terminal(crawl, ("-a", "sections=culture"), 200, signals=signals, when=hangs)
    assert shown.status == 3
    assert "stopped by a signal" in last_line(shown)
    assert shown.screen.shows_cursor
