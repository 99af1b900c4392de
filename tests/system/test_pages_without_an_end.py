"""Complete pages that do not show their end are stored, and the report counts them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

import pytest

from replica import Replica, Resource, Site
from replica.faults import Exchange
from replica.site import Answer
from tests.system.crawling import Crawl
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]
HERE = ("-a", "sections=world")
PAGER = b'<div id="function_code_page"></div>'  #: the end mark of these pages


def without_mark(story: Story) -> bytes:
    return story.page().replace(PAGER, b"")


def without_end(story: Story) -> bytes:
    """Neither mark nor `</html>`, and room for a nonce in its middle."""
    text = b"<p>Nobody ends this.</p>" * 20  # so that the last bytes of two copies are the same
    page = without_mark(story).replace(b"</p>", b"</p>" + text, 1).replace(b"</body></html>", b"")
    return page.replace(b"<h3", b"<!-- nonce --><h3", 1)


@dataclass
class Nonce:
    """The site's own answer, in which something is different each time."""

    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def answer(self, exchange: Exchange) -> None:
        nonce = f"<!-- nonce {next(self.numbers)} -->".encode()
        body = exchange.answer.body.replace(b"<!-- nonce -->", nonce)
        exchange.send(Answer.build(200, [("Content-Type", HTML)], body))


class Stand:
    """A site whose articles have no end, and the crawl of it."""

    def __init__(self, serve: Serve, crawl_of: CrawlOf, page: Callable[[Story], bytes] = without_end) -> None:
        self._stand = Newsstand()
        self._page = page
        self._paths: list[str] = []
        self._urls: list[str] = []
        self.replica = serve(self._stand.site)
        nonce = Nonce()
        self.replica.fault = lambda request: nonce if "/detail-" in request.path else None
        self.crawl = crawl_of(self.replica)

    def publish(self, *numbers: int, page: Callable[[Story], bytes] | None = None) -> None:
        """Let these stories stand, and list them."""
        for story in map(Story, numbers):
            self._stand.site.put(story.path(), Resource((page or self._page)(story), HTML))
            self._urls.append(story.url)
        self._stand.list("/world/", self._urls)

    def asked(self) -> int:
        """How many requests for articles a crawl sends."""
        del self.replica.requests[:]
        self.crawl.run(*HERE)
        return sum("/detail-" in request.path for request in self.replica.requests)

    @property
    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.crawl.report["counts"]
        return counts


def test_forty_whole_pages_without_end_mark_are_stored_and_alarm(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = Stand(serve, crawl_of, without_mark)
    stand.publish(*range(1, 41))
    assert stand.asked() == 40
    assert {record["id"] for record in stand.crawl.records} == {Story(number).id for number in range(1, 41)}
    assert (stand.counts["new"], stand.counts["end_mark_missing"], stand.counts["end_not_seen"]) == (40, 40, 0)
    report = stand.crawl.report
    (alarm,) = report["alarms"]
    message = "40 of 40 articles came without their layout's end mark: perhaps a redesign"
    assert (alarm["code"], alarm["field"], alarm["message"]) == ("end-mark-missing", None, message)
    assert report["reasons"] == [message]
    assert (report["status"], report["exit_status"]) == ("unhealthy", 3)
    sample = stand.crawl.folder / "samples" / alarm["samples"][0]["file"]
    assert sample.read_bytes().endswith(b"</html>")


def test_a_tenth_of_them_raises_no_alarm(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = Stand(serve, crawl_of, Story.page)
    stand.publish(*range(1, 19))
    stand.publish(19, 20, page=without_mark)
    assert stand.crawl.run(*HERE).status == 0
    assert (stand.counts["new"], stand.counts["end_mark_missing"]) == (20, 2)
    stand.publish(21, 22, page=without_mark)  # two of two are too few to say anything
    assert stand.crawl.run(*HERE).status == 0
    assert (stand.counts["new"], stand.counts["end_mark_missing"]) == (2, 2)


def test_forty_dynamic_pages_without_an_end_are_stored_and_the_last_ones_requested_once(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    stand = Stand(serve, crawl_of)
    stand.publish(*range(1, 41))
    assert 50 <= stand.asked() <= 56  # ten in a row are confirmed, and a few are under way meanwhile
    assert {record["id"] for record in stand.crawl.records} == {Story(number).id for number in range(1, 41)}
    assert (stand.counts["new"], stand.counts["failed"], stand.counts["end_not_seen"]) == (40, 0, 40)
    (alarm,) = stand.crawl.report["alarms"]
    message = "40 of 40 articles show no end, each in two copies that are the same"
    assert (alarm["code"], alarm["field"], alarm["message"]) == ("end-not-seen", None, message)


def test_that_a_site_has_no_end_is_known_to_later_runs_until_a_page_comes_that_has_one(
    serve: Serve, crawl_of: CrawlOf
) -> None:
    stand = Stand(serve, crawl_of)
    stand.publish(*range(1, 7))
    assert stand.asked() == 12
    stand.publish(*range(7, 11))
    assert stand.asked() == 8
    stand.publish(11, 12)
    assert stand.asked() == 2
    stand.publish(13, page=Story.page)
    assert stand.asked() == 1
    stand.publish(14)
    assert stand.asked() == 2
    assert len(stand.crawl.records) == 14


def test_two_copies_with_different_texts_are_not_stored(serve: Serve, crawl_of: CrawlOf) -> None:
    stand = Stand(serve, crawl_of)
    stand.publish(
        1,
        page=lambda story: (
            without_end(story).replace(b"<!-- nonce -->", b"").replace(b"<p>What", b"<p><b>Now</b> <!-- nonce -->What")
        ),
    )
    numbers = count(1)

    @dataclass
    class Words:
        async def answer(self, exchange: Exchange) -> None:
            body = exchange.answer.body.replace(b"<!-- nonce -->", f"word {next(numbers)} ".encode())
            exchange.send(Answer.build(200, [("Content-Type", HTML)], body))

    stand.replica.fault = lambda request: Words() if "/detail-" in request.path else None
    assert stand.asked() == 2
    assert (stand.counts["new"], stand.counts["failed"]) == (0, 1)
    assert stand.crawl.records == []
