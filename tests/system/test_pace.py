"""Requests are never faster than configured, whatever happens: by the clock of the server."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest

from replica import Close, Fault, Replica, Resource
from tests.system.crawling import Crawl
from tests.system.newsstand import HTML, Newsstand, Story
from tests.system.trouble import Trouble, gaps, stand_of, unavailable

pytestmark = pytest.mark.system

WORLD = ("-a", "sections=world")
STORIES = [Story(number) for number in range(1, 11)]
DELAY = 0.3  # seconds
LATE = 0.2  # seconds that one of two requests may be longer on its way than the other, on a busy machine


@dataclass
class Pace:
    """How a run asked."""

    gaps: list[float]
    seconds: float

    def is_kept(self, delay: float) -> bool:
        """Return whether each gap between requests, and their sum, was as long as the delay requires."""
        return min(self.gaps) >= delay - LATE and self.seconds >= delay * len(self.gaps) - LATE


@pytest.fixture
def stand() -> Newsstand:
    return stand_of(STORIES)


@pytest.fixture
def replica(stand: Newsstand) -> Iterator[Replica]:
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def pace(crawl: Crawl, replica: Replica, *arguments: str) -> Pace:
    """The pace of a run that requested at least all articles."""
    crawl.run(*WORLD, *arguments)
    times = sorted(request.time for request in replica.requests)
    assert len(times) >= 2 + len(STORIES)
    return Pace(gaps(times), times[-1] - times[0])


def delay(seconds: float) -> tuple[str, str]:
    return "-s", f"DOWNLOAD_DELAY={seconds}"


def robots(replica: Replica, text: str) -> None:
    replica.site.put("/robots.txt", Resource(text.encode(), "text/plain"))


def test_the_delay_holds_from_the_first_request_on(crawl: Crawl, replica: Replica) -> None:
    assert pace(crawl, replica, *delay(DELAY)).is_kept(DELAY)


def test_the_delay_holds_for_retries(crawl: Crawl, replica: Replica) -> None:
    faults: dict[int, Fault] = {3: unavailable(), 6: Close(), 7: Close()}
    replica.fault = Trouble(faults.get)
    assert pace(crawl, replica, *delay(DELAY), "-s", "RETRY_BACKOFF=0.001").is_kept(DELAY)


def test_the_delay_holds_with_two_slow_requests_at_a_time(crawl: Crawl, replica: Replica) -> None:
    for story in STORIES:
        replica.site.replace(story.path(), delay=1.5 * DELAY)
    assert pace(crawl, replica, *delay(DELAY)).is_kept(DELAY)


def test_the_delay_holds_for_redirects_to_another_host_of_the_site(
    crawl: Crawl, replica: Replica, stand: Newsstand
) -> None:
    for story in STORIES[:4]:
        stand.site.put(f"https://en.ecns.cn{story.path()}", Resource(story.page(), HTML))
        stand.site.put(story.path(), Resource(status=301, location=f"https://en.ecns.cn{story.path()}"))
    stand.site.put("https://en.ecns.cn/robots.txt", Resource(b"User-agent: *\nAllow: /\n", "text/plain"))
    kept = pace(crawl, replica, *delay(DELAY))
    assert len([request for request in replica.requests if request.host == "en.ecns.cn"]) == 1 + 4
    assert kept.is_kept(DELAY)


def test_the_delay_holds_after_a_pause_that_the_site_asked_for(crawl: Crawl, replica: Replica) -> None:
    replica.fault = Trouble(lambda number: unavailable("1") if number in (2, 5) else None)
    assert pace(crawl, replica, *delay(DELAY)).is_kept(DELAY)


def test_autothrottle_starts_at_a_second_and_never_goes_below_the_delay(crawl: Crawl, replica: Replica) -> None:
    found = pace(crawl, replica, *delay(DELAY), "-s", "AUTOTHROTTLE_ENABLED=1")
    assert found.is_kept(DELAY)
    assert found.gaps[0] >= 1.0 - LATE
    assert min(found.gaps[4:]) < found.gaps[0]  # it has adapted by then


@pytest.mark.parametrize("throttle", ["0", "1"])
def test_crawl_delay_is_obeyed_even_if_the_user_sets_no_delay(crawl: Crawl, replica: Replica, throttle: str) -> None:
    robots(replica, "User-agent: *\nCrawl-delay: 0.4\nAllow: /\n")
    settings = ("-s", f"AUTOTHROTTLE_ENABLED={throttle}", "-s", "AUTOTHROTTLE_START_DELAY=0.1")
    assert pace(crawl, replica, *delay(0), *settings).is_kept(0.4)
    assert crawl.report["crawl_delay"] == 0.4


def test_a_crawl_delay_below_the_user_s_own_changes_nothing(crawl: Crawl, replica: Replica) -> None:
    robots(replica, "User-agent: *\nCrawl-delay: 0.01\nAllow: /\n")
    assert pace(crawl, replica, *delay(DELAY)).is_kept(DELAY)


def test_a_crawl_delay_for_other_crawlers_is_ignored(crawl: Crawl, replica: Replica) -> None:
    robots(replica, "User-agent: *\nAllow: /\n\nUser-agent: slowbot\nCrawl-delay: 60\n")
    pace(crawl, replica, *delay(0))
    assert crawl.report["crawl_delay"] is None


@pytest.mark.parametrize(("asked", "kept"), [("86400", 0.3), ("-1", None), ("inf", None), ("nan", None), ("x", None)])
def test_an_absurd_crawl_delay_is_limited_or_ignored(
    crawl: Crawl, replica: Replica, asked: str, kept: float | None
) -> None:
    robots(replica, f"User-agent: ecnscrawl\nCrawl-delay: {asked}\n")
    pace(crawl, replica, *delay(0), "-s", "CRAWL_DELAY_MAX=0.3")
    assert crawl.report["crawl_delay"] == kept


def test_the_user_may_ignore_crawl_delay(crawl: Crawl, replica: Replica) -> None:
    robots(replica, "User-agent: *\nCrawl-delay: 60\n")
    pace(crawl, replica, *delay(0), "-s", "CRAWL_DELAY_MAX=0")
    assert crawl.report["crawl_delay"] is None


def test_the_user_may_set_no_delay(crawl: Crawl, replica: Replica) -> None:
    found = pace(crawl, replica, *delay(0)).gaps
    assert median(found) < DELAY - LATE
