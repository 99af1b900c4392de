"""On every site, whatever kills a crawl, cuts its pages off or answers with rubbish: no article is lost, torn or twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from replica import Fault, LoggedRequest, Replica
from replica.cutting import MEANS, Cut
from tests.system.crawling import LAST_LINE
from tests.system.every_site import NAMES, SiteCrawl, crawled, served
from tests.system.misbehaving import FAULTS, is_late
from tests.system.reader import Reader
from tests.system.sabotage import KILLED, dying

pytestmark = pytest.mark.system

Records = dict[str, dict[str, Any]]  #: by address

#: A crawl dies at each of these: in the middle of a line, before a file is published, after a commit.
MOMENTS = ("write:1:half", "rename:1:before", "commit:2:after")


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    """Each of the sites."""
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def truth(name: str, tmp_path_factory: pytest.TempPathFactory) -> Records:
    """What a crawl stores that nothing disturbs."""
    return crawled(name, tmp_path_factory.mktemp(name))


@pytest.fixture
def replica(name: str) -> Iterator[Replica]:
    with Replica(served(name)) as replica:
        yield replica


@pytest.fixture
def crawl(name: str, replica: Replica, tmp_path: Path) -> SiteCrawl:
    return SiteCrawl(tmp_path / "data", replica.environment(), name=name)


def assert_is(crawl: SiteCrawl, truth: Records) -> None:
    """All articles are there, each once and as it is. Of exact copies, which address is stored depends on their order."""
    assert sorted(record["content_hash"] for record in crawl.records) == sorted(hashes(truth))
    found = crawl.by_url
    assert {url: found[url] for url in truth if url in found} == {url: truth[url] for url in truth if url in found}
    assert {record["revision"] for record in crawl.records} == {1}


def hashes(records: Records) -> list[str]:
    return [record["content_hash"] for record in records.values()]


def test_a_killed_crawl_loses_and_repeats_nothing(crawl: SiteCrawl, truth: Records) -> None:
    reader = Reader(crawl.folder / "articles")
    for moment in MOMENTS:
        assert dying(crawl, moment).run().status == KILLED, f"{moment} never came"
        reader.look()
    ended = crawl.run()
    assert ended.status == 0, ended.err
    reader.look()
    assert not reader.unpublished
    assert_is(crawl, truth)


def address_of(request: LoggedRequest) -> str:
    """Host, path and query of a request."""
    return f"{request.host}{request.path}" + (f"?{request.query}" if request.query else "")


def without_scheme(url: str) -> str:
    return url.split("://", 1)[1]


def test_listings_that_are_cut_off_lose_no_article(crawl: SiteCrawl, truth: Records, replica: Replica) -> None:
    others = {"/robots.txt", *map(without_scheme, truth)}
    replica.fault = lambda request: (
        Cut("close", 0.5) if others.isdisjoint({request.path, address_of(request)}) else None
    )
    crawl.run("-s", "RETRY_TIMES=0")
    assert set(hashes(crawl.by_url)) <= set(hashes(truth))
    replica.fault = None  # the validators of the whole answers are those of the cut ones
    crawl.run()
    assert_is(crawl, truth)


def cut_off(articles: Records) -> Callable[[LoggedRequest], Fault | None]:
    """Cuts each article's page off, each time at another byte, by each of the means in turn."""
    means = {without_scheme(url): how for url, how in zip(sorted(articles), cycle(MEANS), strict=False)}
    asked: Counter[str] = Counter()

    def choose(request: LoggedRequest) -> Fault | None:
        address = address_of(request)
        asked[address] += 1
        return Cut(means[address], 0.3 + 0.1 * asked[address]) if address in means else None

    return choose


def test_pages_that_are_cut_off_are_stored_whole_or_not_at_all(
    crawl: SiteCrawl, truth: Records, replica: Replica
) -> None:
    replica.fault = cut_off(truth)
    assert crawl.run("-s", "RETRY_TIMES=0").status in (0, 3)
    stored = crawl.by_url
    assert crawl.report["counts"]["failed"] > 0
    assert {url: stored[url] for url in truth if url in stored} == {url: truth[url] for url in truth if url in stored}
    replica.fault = None
    assert crawl.run().status == 0
    assert_is(crawl, truth)


def misbehaving(truth: Records, replica: Replica) -> dict[str, tuple[Fault, str | None]]:
    """For every second article a server's fault, with the reason that the report gives; None where a record comes of it.

    An article with an exact copy is left out: the copy would be stored in its place.
    """
    names = cycle(name for name in FAULTS if not is_late(name))
    chosen: dict[str, tuple[Fault, str | None]] = {}
    for url in [url for url, record in sorted(truth.items()) if record["kind"] == "article"][::2]:
        body = replica.site.resource(url).body
        make, reason = FAULTS[next(names)]
        if reason is not None or is_utf8(body):  # these faults say that the page is UTF-8
            chosen[url] = make(body), reason
    return chosen


def is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_a_server_that_misbehaves_costs_its_own_articles_only(
    crawl: SiteCrawl, truth: Records, replica: Replica
) -> None:
    chosen = misbehaving(truth, replica)
    assert chosen
    faults = {without_scheme(url): fault for url, (fault, _) in chosen.items()}
    replica.fault = lambda request: faults.get(address_of(request))
    ended = crawl.run("-s", "RETRY_TIMES=0")
    assert ended.status in (0, 3)
    assert LAST_LINE.fullmatch(ended.last_line)
    failed = {url: reason for url, (_, reason) in chosen.items() if reason is not None}
    assert crawl.report["counts"]["failed"] == len(failed)
    assert [each for each in crawl.report["failing"] if failed.get(each["url"]) != each["reason"]] == []
    assert_is(crawl, {url: record for url, record in truth.items() if url not in failed})

    replica.fault = None
    assert crawl.run().status == 0
    assert_is(crawl, truth)
