"""A host that always fails is given up for this run, which does not count against articles not requested."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Close, Fault, Replica, StatusFault
from tests.system.crawling import Crawl
from tests.system.newsstand import Story
from tests.system.promises import breaches
from tests.system.trouble import Trouble, attempts, stand_of, unavailable

pytestmark = pytest.mark.system

WORLD = ("-a", "sections=world")
STORIES = [Story(number) for number in range(1, 41)]
GOOD = 5  # articles that come before the trouble does
UNDER_WAY = 4  # CONCURRENT_REQUESTS


@pytest.fixture
def replica() -> Iterator[Replica]:
    with Replica(stand_of(STORIES).site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    return Crawl(tmp_path / "data", replica.environment())


def down(fault: Fault) -> Trouble:
    return Trouble(lambda number: fault if number > GOOD else None)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (unavailable(), "HTTP 503"),
        (StatusFault(500), "HTTP 500"),
        (StatusFault(403), "HTTP 403"),
        (Close(), "connection lost"),
        (unavailable("600"), "HTTP 503"),
    ],
    ids=["503", "500", "403", "closed", "Retry-After"],
)
def test_a_host_that_only_fails_is_given_up_and_the_reason_names_it(
    crawl: Crawl, replica: Replica, fault: Fault, reason: str
) -> None:
    replica.fault = trouble = down(fault)
    ended = crawl.run(*WORLD, "-s", "HOST_MAX_CONSECUTIVE_FAILURES=6", "-s", "RETRY_AFTER_MAX=0.1")
    assert ended.status == 3
    left = f"6 failures in a row, mostly {reason}"
    assert str(ended.stats["reason"]).startswith(f"www.ecns.cn was left for this run: {left}")
    assert crawl.report["hosts_left"] == {"www.ecns.cn": left}
    assert len({request.path for request in trouble.seen[GOOD:]}) <= 6 + UNDER_WAY
    assert [breach for file in crawl.files for breach in breaches(file)] == []
    assert len(crawl.records) == GOOD


def test_articles_not_requested_stay_pending_without_an_attempt_and_the_next_run_stores_them(
    crawl: Crawl, replica: Replica
) -> None:
    replica.fault = down(unavailable())
    ended = crawl.run(*WORLD, "-s", "HOST_MAX_CONSECUTIVE_FAILURES=6")
    assert ended.stats["failed"] == "0"
    assert attempts(crawl) == [0] * (len(STORIES) - GOOD)
    replica.fault = None
    ended = crawl.run(*WORLD)
    assert (ended.status, len(crawl.records)) == (0, len(STORIES))


def test_the_old_name_of_the_setting_works_with_one_warning(crawl: Crawl, replica: Replica) -> None:
    replica.fault = down(unavailable())
    ended = crawl.run(*WORLD, "-s", "HOST_FAILURES=6")
    assert crawl.report["hosts_left"] == {"www.ecns.cn": "6 failures in a row, mostly HTTP 503"}
    warning = "the setting HOST_FAILURES is now HOST_MAX_CONSECUTIVE_FAILURES; the old name works in this release only"
    assert ended.err.splitlines()[0] == f"ecnscrawl: warning: {warning}"
    assert ended.err.count("HOST_FAILURES") == 1
    assert crawl.report["warnings"] == [warning]


def test_by_default_it_takes_twenty_five_failures(crawl: Crawl, replica: Replica) -> None:
    replica.fault = down(unavailable())
    crawl.run(*WORLD)
    assert crawl.report["hosts_left"] == {"www.ecns.cn": "25 failures in a row, mostly HTTP 503"}


def test_no_request_waits_for_a_host_that_was_given_up(crawl: Crawl, replica: Replica) -> None:
    replica.fault = down(unavailable())
    ended = crawl.run(*WORLD, "-s", "RETRY_BACKOFF=60", timeout=50)
    assert "was left" in str(ended.stats["reason"])


@pytest.mark.parametrize("fault", [Close(), unavailable()], ids=["closed", "503"])
def test_a_dead_host_is_given_up_even_without_retries(crawl: Crawl, replica: Replica, fault: Fault) -> None:
    replica.fault = trouble = down(fault)
    crawl.run(*WORLD, "-s", "HOST_MAX_CONSECUTIVE_FAILURES=6", "-s", "RETRY_ENABLED=0")
    assert crawl.report["hosts_left"].keys() == {"www.ecns.cn"}
    assert len(trouble.seen[GOOD:]) <= 6 + UNDER_WAY


def test_a_few_broken_articles_are_no_broken_host_however_often_they_are_tried(crawl: Crawl, replica: Replica) -> None:
    replica.fault = trouble = Trouble(lambda _: StatusFault(500), where=STORIES[3].cms_id[:-1])  # those from 1 to 9
    ended = crawl.run(*WORLD, "-s", "HEALTH_FAILED_SHARE=1")
    assert (ended.status, ended.stats["failed"]) == (0, "9")
    assert len(trouble.seen) == 4 * 9
    assert crawl.report["hosts_left"] == {}


def test_a_host_that_answers_now_and_then_is_not_given_up(crawl: Crawl, replica: Replica) -> None:
    replica.fault = Trouble(lambda number: unavailable() if number % 3 else None)
    crawl.run(*WORLD, "-s", "HOST_MAX_CONSECUTIVE_FAILURES=8")
    assert crawl.report["hosts_left"] == {}


def test_with_a_limit_of_0_no_host_is_given_up(crawl: Crawl, replica: Replica) -> None:
    replica.fault = down(unavailable())
    ended = crawl.run(*WORLD, "-s", "HOST_MAX_CONSECUTIVE_FAILURES=0", "-s", "RETRY_TIMES=1")
    assert crawl.report["hosts_left"] == {}
    assert ended.stats["failed"] == str(len(STORIES) - GOOD)
