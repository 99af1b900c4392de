"""A page that is cut off by any means makes the record of the whole page, or none."""

from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest

from replica import Fault, LoggedRequest, Replica, Site
from replica.cutting import MEANS, SEEN_BY_HTTP, Cut
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand
from tests.system.tearing import LAYOUTS, Copied, copied, put, without_times

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]
TENTHS = range(10)
ANOTHER_BYTE = 0.004  # of the body: so much later each further answer is cut off
NOW = (
    "-a",
    "sections=world",
    "-s",
    "PENDING_BACKOFF=0",
    "-s",
    "LISTING_MAX_REQUESTS=0",
    "-s",
    "HOST_MAX_CONSECUTIVE_FAILURES=0",
)


def cut_by(means: dict[str, tuple[str, float]]) -> Callable[[LoggedRequest], Fault | None]:
    """Cuts each of these paths off, each time at another byte."""
    asked: Counter[str] = Counter()

    def choose(request: LoggedRequest) -> Fault | None:
        if request.path not in means:
            return None
        how, share = means[request.path]
        asked[request.path] += 1
        return Cut(how, share + ANOTHER_BYTE * asked[request.path])

    return choose


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_cut_off_at_any_tenth_by_any_means_makes_the_whole_record_or_none(
    layout: str, serve: Serve, crawl_of: CrawlOf
) -> None:
    numbers = count(1)
    cuts = {copied(layout, next(numbers)).url: (how, tenth / 10) for how in MEANS for tenth in TENTHS}
    copies = [copied(layout, number) for number in range(1, len(cuts) + 1)]
    stand = Newsstand()
    put(stand, copies)
    replica = serve(stand.site)
    by_path = {path: cuts[each.url] for each in copies for path in each.pages}
    replica.fault = cut_by(by_path)
    crawl = crawl_of(replica)
    whole = {each.whole["id"]: each.whole for each in copies}

    ended = crawl.run(*NOW, "-s", "RETRY_TIMES=1", timeout=300)
    assert ended.status == 3, ended.err
    stored = {record["id"]: without_times(record) for record in crawl.records}
    assert [id_ for id_, record in stored.items() if record != whole[id_]] == []
    seen_by_http = sum(how in SEEN_BY_HTTP for how, _ in cuts.values())
    assert crawl.report["counts"]["failed"] >= seen_by_http
    assert len(stored) < len(cuts) - seen_by_http  # of the others too the article itself is often torn

    replica.fault = None
    assert crawl.run(*NOW, timeout=300).stats["failed"] == "0"
    stored = {record["id"]: without_times(record) for record in crawl.records}
    assert stored == whole
    assert {record["revision"] for record in crawl.records} == {1}
    assert len(crawl.records) == len(whole)


def in_the_middle(article: Copied, means: str) -> dict[str, tuple[str, float]]:
    """Cuts for each page of an article."""
    return {path: (means, article.middle(path)) for path in article.pages}


def failing(crawl: Crawl) -> dict[str, str]:
    """Why each article failed."""
    return {each["url"]: each["reason"] for each in crawl.report["failing"]}


def one(layout: str = "2025") -> Copied:
    return copied({"2025": "new-cms"}.get(layout, layout), 1)


def start(serve: Serve, crawl_of: CrawlOf, article: Copied) -> tuple[Replica, Crawl]:
    stand = Newsstand()
    put(stand, [article])
    replica = serve(stand.site)
    return replica, crawl_of(replica)


def again(crawl: Crawl, article: Copied) -> Ended:
    return crawl.run("-a", f"urls={article.url}")


def test_a_page_without_an_end_is_requested_once_more_and_afresh(serve: Serve, crawl_of: CrawlOf) -> None:
    article = one()
    replica, crawl = start(serve, crawl_of, article)
    replica.fault = cut_by(in_the_middle(article, "close"))
    crawl.run(*NOW)
    asked = [request for request in replica.requests if request.path in article.pages]
    assert [request.headers.get("cache-control") for request in asked] == [None, "no-cache"]
    assert failing(crawl) == {article.url: "cut off: it shows no end, and two copies of it differ"}
    assert crawl.records == []


def test_where_the_second_copy_is_whole_it_is_stored_at_once(serve: Serve, crawl_of: CrawlOf) -> None:
    article = one()
    replica, crawl = start(serve, crawl_of, article)
    answers = count(1)
    replica.fault = lambda request: (
        Cut("close", article.middle(request.path)) if request.path in article.pages and next(answers) == 1 else None
    )
    assert crawl.run(*NOW).status == 0
    assert [without_times(record) for record in crawl.records] == [article.whole]
    assert crawl.report["counts"]["end_not_seen"] == 0


def test_what_is_served_cut_the_same_way_twice_is_stored_and_the_next_recheck_stores_the_rest(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    article = one()
    replica, crawl = start(serve, crawl_of, article)
    replica.fault = lambda request: (
        Cut("close", article.middle(request.path)) if request.path in article.pages else None
    )
    assert crawl.run(*NOW).status == 0
    assert (len(crawl.records), crawl.report["counts"]["end_not_seen"]) == (1, 1)
    replica.fault = None
    assert again(crawl, article).status == 0  # no 304, though the validators of the cut answer are those of the whole
    assert [record["revision"] for record in crawl.records] == [1, 2]
    assert without_times(crawl.records[1]) == article.whole | {"revision": 2}


@pytest.mark.parametrize("means", ["gzip", "checksum", "close"])
def test_a_known_article_that_comes_torn_gets_no_revision(means: str, serve: Serve, crawl_of: CrawlOf) -> None:
    article = one()
    replica, crawl = start(serve, crawl_of, article)
    assert crawl.run(*NOW).status == 0
    for path, body in article.pages.items():
        replica.site.replace(path, body=body.replace(b"</p>", b", it is said.</p>"), etag='"new"')
    replica.fault = cut_by(in_the_middle(article, means))
    assert again(crawl, article).status == 3
    assert [without_times(record) for record in crawl.records] == [article.whole]
    replica.fault = None
    assert again(crawl, article).status == 0
    assert [record["revision"] for record in crawl.records] == [1, 2]
    assert crawl.records[1]["body"].count(", it is said.") > 1


@pytest.mark.parametrize("means", ["gzip", "HTTP/1.0"])
def test_not_even_at_the_last_attempt_is_a_paged_article_stored_without_a_torn_part(
    means: str, serve: Serve, crawl_of: CrawlOf
) -> None:
    article = one("new-cms, paged")
    replica, crawl = start(serve, crawl_of, article)
    replica.fault = cut_by(dict.fromkeys(list(article.pages)[1:], (means, 0.3)))
    crawl.run(*NOW, "-s", "PENDING_ATTEMPTS=1", "-s", "RETRY_TIMES=0")
    assert crawl.records == []
    assert crawl.report["counts"]["failed"] == 1
    assert failing(crawl)[article.url].startswith("page 2: ")
    replica.fault = None
    assert again(crawl, article).status == 0
    assert [without_times(record) for record in crawl.records] == [article.whole]
