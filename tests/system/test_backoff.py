"""Failed requests are retried after growing waits, and no other request waits for them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from replica import Close, Fault, LoggedRequest, Replica, Resource
from tests.system.crawling import Crawl
from tests.system.newsstand import HTML, Story
from tests.system.trouble import Trouble, gaps, stand_of, times_of, unavailable

pytestmark = pytest.mark.system

WORLD = ("-a", "sections=world")
EARLY = 0.05  # seconds that one request may be longer on its way than the next one
STORIES = [Story(number) for number in range(1, 11)]
BROKEN = [Story(number) for number in range(11, 17)]
CONCURRENT_REQUESTS = 4


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(stand_of([*STORIES, *BROKEN]).site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def break_(replica: Replica, *stories: Story) -> None:
    for story in stories:
        replica.site.put(story.path(), Resource(b"", HTML, status=503))


def test_the_wait_doubles_with_each_retry(crawl: Crawl, replica: Replica) -> None:
    break_(replica, BROKEN[0])
    crawl.run(*WORLD, "-s", "RETRY_BACKOFF=0.4")
    waits = gaps(times_of(replica.requests, BROKEN[0].path()))
    assert len(waits) == 3
    assert all(wait >= 0.4 * 2**number - EARLY for number, wait in enumerate(waits))
    assert crawl.report["retries"] == 3
    assert 0.4 + 0.8 + 1.6 <= crawl.report["waited_for"]["retry"] <= 1.5 * (0.4 + 0.8 + 1.6) + 0.1


def test_no_retry_waits_longer_than_the_maximum(crawl: Crawl, replica: Replica) -> None:
    break_(replica, BROKEN[0])
    crawl.run(*WORLD, "-s", "RETRY_BACKOFF=1000", "-s", "RETRY_BACKOFF_MAX=0.3")
    waits = gaps(times_of(replica.requests, BROKEN[0].path()))
    assert len(waits) == 3
    assert min(waits) >= 0.3 - EARLY
    assert crawl.report["waited_for"]["retry"] == pytest.approx(0.9)


def test_requests_that_failed_together_are_not_retried_together(crawl: Crawl, replica: Replica) -> None:
    break_(replica, *BROKEN)
    crawl.run(*WORLD, "-s", "RETRY_BACKOFF=1", "-s", "RETRY_TIMES=1")
    nominal = 1.0 * len(BROKEN)
    assert nominal + 0.1 < crawl.report["waited_for"]["retry"] <= 1.5 * nominal + 0.1
    assert min(wait for story in BROKEN for wait in gaps(times_of(replica.requests, story.path()))) >= 1.0 - EARLY


def test_a_waiting_retry_does_not_block_other_requests(crawl: Crawl, replica: Replica) -> None:
    broken = [f"/{section}/" for section in ("business", "culture", "society", "travel", "military", "opinion")]
    assert len(broken) > CONCURRENT_REQUESTS
    articles = {story.path() for story in STORIES + BROKEN}

    def fail_until_all_articles_were_asked_for(request: LoggedRequest) -> Fault | None:
        asked = {each.path for each in replica.requests}
        return unavailable() if request.path in broken and not articles <= asked else None

    replica.fault = fail_until_all_articles_were_asked_for
    sections = ",".join(["world", *(path.strip("/") for path in broken)])
    crawl.run("-a", f"sections={sections}", "-s", "RETRY_BACKOFF=2")
    failures = {name: listing["failure"] for name, listing in crawl.report["listings"].items()}
    assert {name for name, failure in failures.items() if failure and "HTTP" in failure} == set()
    assert len(crawl.records) == len(articles)


@pytest.mark.parametrize(
    ("fault", "reason"), [(unavailable, "HTTP 503"), (Close, "connection lost")], ids=["status", "connection"]
)
def test_the_reason_of_a_failure_is_that_of_the_last_retry(
    crawl: Crawl, replica: Replica, fault: Callable[[], Fault], reason: str
) -> None:
    replica.fault = Trouble(lambda _: fault(), where=BROKEN[0].path())
    ended = crawl.run(*WORLD)
    assert (ended.status, ended.stats["failed"]) == (0, "1")
    assert crawl.report["failing"] == [{"url": BROKEN[0].url, "reason": reason}]
    assert len(times_of(replica.requests, BROKEN[0].path())) == 4


def test_a_retried_conditional_request_is_still_conditional(crawl: Crawl, replica: Replica) -> None:
    story = STORIES[0]
    replica.site.replace(story.path(), etag='"first"')
    crawl.run(*WORLD)
    replica.fault = again = Trouble(lambda number: unavailable() if number == 1 else None)
    ended = crawl.run("-a", f"urls={story.url}")
    assert (ended.status, ended.stats["unchanged"]) == (0, "1")
    assert [request.headers.get("if-none-match") for request in again.seen] == ['"first"', '"first"']


def test_a_request_that_is_cut_off_is_repeated_only_by_the_crawl_itself(crawl: Crawl, replica: Replica) -> None:
    replica.fault = closed = Trouble(lambda number: Close() if number in (4, 8) else None)
    ended = crawl.run(*WORLD, "-s", "RETRY_TIMES=0")
    assert ended.stats["failed"] == "2"
    assert len(closed.seen) == len(STORIES + BROKEN)
    assert crawl.report["requests"]["total"] == len(replica.requests)


def test_without_retries_no_request_is_repeated(crawl: Crawl, replica: Replica) -> None:
    break_(replica, BROKEN[0])
    crawl.run(*WORLD, "-s", "RETRY_ENABLED=0")
    assert len(times_of(replica.requests, BROKEN[0].path())) == 1
