"""A compressed body that breaks off or has a wrong checksum is a failed download, which is retried and then stored."""

from collections import Counter
from collections.abc import Callable

import pytest

from replica import Fault, LoggedRequest, Replica, Site
from replica.cutting import SEEN_BY_HTTP, Cut
from tests.system.crawling import Crawl
from tests.system.newsstand import Story
from tests.system.trouble import stand_of

pytestmark = pytest.mark.system

STORIES = {means: Story(100 + number) for number, means in enumerate(SEEN_BY_HTTP)}
BY_PATH = {story.path(): means for means, story in STORIES.items()}
REASONS = {"checksum": "compressed response damaged", "too early": "response cut short"}

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]


def cut_each(times: int) -> Callable[[LoggedRequest], Fault | None]:
    """Cuts each article off in its first so many answers."""
    asked: Counter[str] = Counter()

    def choose(request: LoggedRequest) -> Fault | None:
        asked[request.path] += 1
        means = BY_PATH.get(request.path)
        return Cut(means, 0.6) if means and asked[request.path] <= times else None

    return choose


def test_a_broken_body_is_a_failure_with_its_reason_and_the_next_run_stores_the_article(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    replica = serve(stand_of(list(STORIES.values())).site)
    replica.fault = cut_each(2)
    crawl = crawl_of(replica)
    crawl.run("-a", "sections=world", "-s", "RETRY_TIMES=1", "-s", "PENDING_BACKOFF=0")
    failing = {each["url"]: each["reason"] for each in crawl.report["failing"]}
    cut = "compressed response cut short"
    assert failing == {story.url: REASONS.get(means, cut) for means, story in STORIES.items()}
    assert crawl.report["retries"] == len(STORIES)
    assert crawl.records == []
    assert crawl.run("-a", "sections=world").status == 0
    assert {(each["id"], each["revision"], each["body"]) for each in crawl.records} == {
        (story.id, 1, story.paragraph()) for story in STORIES.values()
    }


def test_a_body_that_breaks_off_once_is_tried_again_in_the_same_run(serve: Serve, crawl_of: CrawlOf) -> None:
    replica = serve(stand_of(list(STORIES.values())).site)
    replica.fault = cut_each(1)
    crawl = crawl_of(replica)
    assert crawl.run("-a", "sections=world").status == 0
    assert {each["id"] for each in crawl.records} == {story.id for story in STORIES.values()}
