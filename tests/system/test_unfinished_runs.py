"""The next plain run finds everything that an interrupted run did not reach, however deep it is."""

import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from replica import Fault, LoggedRequest, Replica, Site, StatusFault
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl, Ended
from tests.system.editing import put_long_listing

pytestmark = pytest.mark.system

ONE_LISTING = ("-a", "sections=world")
Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]


def long_site(articles: int = 46) -> GeneratedSite:
    """Some fifty articles, all on one listing of ten small pages."""
    generated = GeneratedSite(articles, seed=31, now=datetime.now(UTC) - timedelta(days=3))
    put_long_listing(generated.site, list(generated.stories.values()))
    return generated


def run_cut_short(crawl: Crawl, replica: Replica, number: signal.Signals, page: str) -> Ended:
    """The crawl, sent a signal when it asks for this page of the listing."""
    process = crawl.start(*ONE_LISTING)

    def send(request: LoggedRequest) -> Fault | None:
        if request.path == page:
            process.send_signal(number)
        return None

    replica.fault = send
    out, err = process.communicate(timeout=60)
    replica.fault = None
    return Ended(process.returncode, out, err)


def assert_all_are_there(crawl: Crawl, generated: GeneratedSite) -> None:
    """The next plain run stores all that the site has; of exact copies one."""
    ended = crawl.run(*ONE_LISTING)
    assert ended.status == 0, ended.err
    ids = [record["id"] for record in crawl.records]
    assert len(ids) == len(set(ids)) == len(generated.truth) - len(generated.duplicate_of)
    assert set(ids) | set(generated.duplicate_of) | set(generated.duplicate_of.values()) == set(generated.truth)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 3)])
def test_a_run_ended_half_way_through_a_listing_is_finished_by_the_next(
    serve: Serve, crawl_of: CrawlOf, number: signal.Signals, status: int
) -> None:
    generated = long_site()
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert run_cut_short(crawl, replica, number, "/world/index_5.shtml").status == status
    assert len(crawl.records) < 30
    assert_all_are_there(crawl, generated)


def test_a_run_ended_at_a_number_of_items_is_healthy_and_finished_by_the_next(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = long_site()
    crawl = crawl_of(serve(generated.site))
    ended = crawl.run(*ONE_LISTING, "-s", "CLOSESPIDER_ITEMCOUNT=5")
    assert ended.status == 0, ended.err
    assert 5 <= int(ended.stats["new"]) < 30
    assert_all_are_there(crawl, generated)


def test_news_that_a_killed_later_run_has_not_come_to_is_found_although_its_first_page_is_known(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    generated = long_site(20)
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run(*ONE_LISTING).status == 0
    generated.publish(17, datetime.now(UTC))
    put_long_listing(generated.site, list(generated.stories.values()))
    killed = run_cut_short(crawl, replica, signal.SIGKILL, "/world/index_2.shtml")
    assert killed.status == -signal.SIGKILL
    generated.publish(2, datetime.now(UTC))  # moves what was on the second page to the third
    put_long_listing(generated.site, list(generated.stories.values()))
    assert_all_are_there(crawl, generated)


def test_a_run_that_looks_at_other_dates_does_not_make_a_killed_one_forgotten(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = long_site()
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    run_cut_short(crawl, replica, signal.SIGKILL, "/world/index_5.shtml")
    newest = max(story.published for story in generated.stories.values())
    assert crawl.run(*ONE_LISTING, "-a", f"since={newest:%Y-%m-%d}").status == 0
    assert_all_are_there(crawl, generated)


def test_a_listing_page_that_failed_is_requested_again_by_the_next_run(serve: Serve, crawl_of: CrawlOf) -> None:
    generated = long_site()
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    replica.fault = lambda request: StatusFault(500) if request.path == "/world/index_3.shtml" else None
    crawl.run(*ONE_LISTING, "-s", "RETRY_ENABLED=0")
    replica.fault = None
    assert_all_are_there(crawl, generated)
