"""Which link is followed, by what is known of its article; what a redirect means."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from ecnscrawl.crawling.following import LinkDecision, decide_link, redirect_result
from ecnscrawl.frontier.records import PendingArticle, StoredArticle
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.visits import FetchResult
from tests.samples import MORNING, address, article, known

NOW = int(MORNING.timestamp())
HOUR = 3600
STORED = known(article())
GONE = replace(STORED, gone_at=NOW - HOUR)
FAILED = PendingArticle(address().id, address().url, "world", NOW - 2 * HOUR, 1, attempts=1, next_try=NOW + HOUR)
DUE = replace(FAILED, next_try=NOW - 1)
GIVEN_UP = replace(FAILED, attempts=3, next_try=None)
ANY = Arguments()
DECEMBER = Arguments(since=datetime(2026, 12, 1, tzinfo=UTC))
OCTOBER = Arguments(until=datetime(2026, 10, 31, tzinfo=UTC))


def decision(
    stored: StoredArticle | None, pending: PendingArticle | None, arguments: Arguments = ANY, *, force: bool = False
) -> LinkDecision:
    return decide_link(address(), stored, pending, arguments, zone=ECNS.zone, now=NOW, backoff=HOUR, force=force)


@pytest.mark.parametrize(
    ("stored", "pending", "expected", "forced"),
    [
        (None, None, LinkDecision.FOLLOW, LinkDecision.FOLLOW),
        (STORED, None, LinkDecision.STORED, LinkDecision.FOLLOW),
        (GONE, None, LinkDecision.FOLLOW, LinkDecision.FOLLOW),
        (None, FAILED, LinkDecision.WAITING, LinkDecision.FOLLOW),
        (None, DUE, LinkDecision.FOLLOW, LinkDecision.FOLLOW),
        (None, GIVEN_UP, LinkDecision.WAITING, LinkDecision.FOLLOW),
        (STORED, DUE, LinkDecision.FOLLOW, LinkDecision.FOLLOW),
        (STORED, FAILED, LinkDecision.WAITING, LinkDecision.FOLLOW),
    ],
    ids=["new", "stored", "gone", "failed", "due", "given up", "stored and due", "stored and failed"],
)
def test_a_link_is_followed_when_its_article_is_new_or_due(
    stored: StoredArticle | None, pending: PendingArticle | None, expected: LinkDecision, forced: LinkDecision
) -> None:
    assert decision(stored, pending) is expected
    assert decision(stored, pending, force=True) is forced


@pytest.mark.parametrize("force", [False, True])
def test_no_link_is_followed_to_a_forgotten_article(force: bool) -> None:
    found = decide_link(
        address(), None, None, ANY, zone=ECNS.zone, now=NOW, backoff=HOUR, force=force, is_forgotten=True
    )
    assert found is LinkDecision.FORGOTTEN


@pytest.mark.parametrize("arguments", [DECEMBER, OCTOBER])
@pytest.mark.parametrize("force", [False, True])
def test_no_link_is_followed_to_an_article_of_other_days(arguments: Arguments, force: bool) -> None:
    assert decision(None, None, arguments, force=force) is LinkDecision.OUTSIDE


def test_the_time_that_is_known_of_an_article_counts_more_than_the_day_in_its_address() -> None:
    december = replace(STORED, published_at=int(datetime(2026, 12, 2, tzinfo=UTC).timestamp()))
    assert decision(december, None, DECEMBER, force=True) is LinkDecision.FOLLOW
    assert decision(None, replace(DUE, published_at=december.published_at, published_precision="second"), DECEMBER) is (
        LinkDecision.FOLLOW
    )


@pytest.mark.parametrize(
    ("url", "part", "expected"),
    [
        (address().url, 1, None),
        (address().url.replace("https://www.", "http://"), 1, None),
        (address().url.replace(".shtml", "-p2.shtml"), 2, None),
        (address().url, 2, FetchResult.FAILED),
        (address(2).url, 1, FetchResult.FAILED),
        ("https://www.ecns.cn/", 1, FetchResult.MISSING),
        ("https://www.ecns.cn/index.shtml", 1, FetchResult.MISSING),
        ("https://www.ecns.cn/world/", 1, FetchResult.FAILED),
        ("https://example.org/", 1, FetchResult.FAILED),
    ],
)
def test_a_redirect_to_the_front_page_means_gone_and_to_any_other_page_failed(
    url: str, part: int, expected: FetchResult | None
) -> None:
    found = redirect_result(url, address(), part, ECNS)
    assert (found and found[0]) == expected
