"""Valid records are stored, others are rejected with reasons."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ecnscrawl.items import Article, Image, Video
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pipelines.validate import ValidatePipeline
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.validation import reasons_against
from ecnscrawl.visits import ListingRead, Outcome, Visit
from tests.samples import MORNING, Clock, article
from tests.samples import visit as visit_of


def test_a_whole_record_has_nothing_against_it() -> None:
    assert reasons_against(article(), MORNING, ECNS.article_ref) == []


@pytest.mark.parametrize(
    "change",
    [
        {"body": None, "images": [Image("https://image.cns.com.cn/a.jpg")]},
        {"body": None, "videos": [Video("https://video.cns.com.cn/a.mp4")]},
        {"published_at": "2000-01-01T00:00:00Z"},
        {"published_at": "2026-11-24T07:30:00Z"},
        {"updated_at": "2026-11-23T07:30:00Z"},
    ],
    ids=str,
)
def test_a_plausible_record_is_accepted(change: dict[str, Any]) -> None:
    assert reasons_against(article(**change), MORNING, ECNS.article_ref) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"title": ""}, "no title"),
        ({"published_at": ""}, "no publication time"),
        ({"published_at": "1999-12-31T23:59:59Z"}, "published_at 1999-12-31T23:59:59Z is not plausible"),
        ({"published_at": "2026-11-24T07:30:01Z"}, "published_at 2026-11-24T07:30:01Z is not plausible"),
        ({"updated_at": "1970-01-01T00:00:00Z"}, "updated_at 1970-01-01T00:00:00Z is not plausible"),
        ({"updated_at": "2030-01-01T00:00:00Z"}, "updated_at 2030-01-01T00:00:00Z is not plausible"),
        (
            {"images": [Image("https://image.cns.com.cn/a.jpg"), Image("http://image.cns.com.cn/b.jpg")]},
            "$.images[1].url http://image.cns.com.cn/b.jpg is not https, and its article is",
        ),
        (
            {"videos": [Video("http://video.cns.com.cn/a.mp4")]},
            "$.videos[0].url http://video.cns.com.cn/a.mp4 is not https, and its article is",
        ),
        (
            {"videos": [Video("https://video.cns.com.cn/a.mp4", "http://image.cns.com.cn/b.jpg")]},
            "$.videos[0].poster http://image.cns.com.cn/b.jpg is not https, and its article is",
        ),
        (
            {"id": "ecns:ihtest2"},
            "id ecns:ihtest2 is not that of its url, ecns:ihtest1",
        ),
        ({"body": None}, "neither body nor pictures nor videos"),
    ],
    ids=str,
)
def test_an_implausible_record_has_this_reason_against_it(change: dict[str, Any], reason: str) -> None:
    assert reasons_against(article(**change), MORNING, ECNS.article_ref) == [reason]


@pytest.mark.parametrize(
    "url",
    [
        "http://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml",
        "https://ecns.cn/world/2026-11-23/detail-ihtest1.shtml",
        "https://www.ecns.cn/m/world/2026-11-23/detail-ihtest1.shtml",
        "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml?a=1",
        "https://www.ecns.cn/world/",
        "http://www.ecns.cn/x",
    ],
)
def test_an_address_that_is_not_canonical_speaks_against_a_record(url: str) -> None:
    reason = f"url {url} is not the canonical address of an article"
    assert reasons_against(article(url=url), MORNING, ECNS.article_ref) == [reason]


def gaceta_ref(url: str) -> ArticleRef | None:
    """The rule of a site by http whose articles are named by their query."""
    prefix = "http://gaceta.example/nota?id="
    number = url.removeprefix(prefix)
    return ArticleRef(f"gaceta.example:{number}", url, "article", None) if url.startswith(prefix) else None


def test_a_site_may_be_http_and_name_its_articles_by_a_query() -> None:
    made = article(
        id="gaceta.example:41",
        url="http://gaceta.example/nota?id=41",
        site="gaceta.example",
        images=[Image("http://gaceta.example/foto?n=1")],
    )
    visit = visited(Outcome.NEW, made)
    ValidatePipeline(Clock(), gaceta_ref).process_item(visit)
    assert (visit.outcome, visit.reasons) == (Outcome.NEW, [])


def test_without_a_profile_addresses_are_not_checked() -> None:
    assert reasons_against(article(url="https://example.org/a"), MORNING, None) == []


def test_all_reasons_are_given() -> None:
    assert reasons_against(article(title="", body=None, published_at=""), MORNING, ECNS.article_ref) == [
        "no title",
        "no publication time",
        "neither body nor pictures nor videos",
    ]


def test_a_time_of_the_first_years_is_a_reason_and_no_error() -> None:
    first_june = datetime(1, 6, 1, tzinfo=UTC)  # what some CMSs write for none
    assert reasons_against(article(published_at=to_text(first_june)), MORNING, ECNS.article_ref)


def visited(outcome: Outcome, read: Article | None) -> Visit:
    return visit_of(outcome, article=read)


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.UPDATED])
def test_a_record_with_a_reason_against_it_is_rejected_with_it(outcome: Outcome) -> None:
    visit = visited(outcome, article(title=""))
    assert ValidatePipeline(Clock(), ECNS.article_ref).process_item(visit) is visit
    assert (visit.outcome, visit.reasons) == (Outcome.REJECTED, ["no title"])
    assert visit.article is not None


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.UPDATED])
def test_a_record_without_goes_on_as_it_is(outcome: Outcome) -> None:
    visit = visited(outcome, article())
    ValidatePipeline(Clock(), ECNS.article_ref).process_item(visit)
    assert (visit.outcome, visit.article) == (outcome, article())


@pytest.mark.parametrize(
    "change", [{"layout": ""}, {"images": [Image("http://image.cns.com.cn/a.jpg")]}, {"authors": [""]}], ids=str
)
def test_a_breach_of_the_schema_is_a_reason_that_names_the_place(change: dict[str, Any]) -> None:
    visit = visited(Outcome.NEW, article(**change))
    ValidatePipeline(Clock(), ECNS.article_ref).process_item(visit)
    (reason,) = visit.reasons
    assert visit.outcome is Outcome.REJECTED
    assert f"$.{next(iter(change))}" in reason


@pytest.mark.parametrize("outcome", [Outcome.UNCHANGED, Outcome.OUTSIDE, Outcome.FAILED, Outcome.GONE])
def test_a_record_that_will_not_be_stored_is_not_validated(outcome: Outcome) -> None:
    visit = visited(outcome, article(title=""))
    ValidatePipeline(Clock(), ECNS.article_ref).process_item(visit)
    assert (visit.outcome, visit.reasons) == (outcome, [])


def test_a_listing_passes_through() -> None:
    listing = ListingRead("world", 1)
    assert ValidatePipeline(Clock(), ECNS.article_ref).process_item(listing) is listing
