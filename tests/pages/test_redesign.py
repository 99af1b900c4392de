"""After a redesign the other extractors still give right records, and an alarm is raised."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import pytest

from ecnscrawl.items import Article
from ecnscrawl.loaders import load
from ecnscrawl.monitoring.drift import find_drift, source_letters
from ecnscrawl.pages.base import Extraction, read
from ecnscrawl.sites.ecns import ECNS
from tests.pages.redesign import Change, move_share_box, redesigned, rename, reorder, strew, wrap
from tests.saved_pages import FETCHED_AT, SavedPage, articles, expected_of, pages_of, spiders

SEEDS = (1, 2, 3)
#: The limits below are those of the first site, and so are the alarms.
ARTICLES = [page for page in articles() if page.site == ECNS.name]
EVERYTHING = (move_share_box, rename, wrap, reorder, strew)
EXACT = ("title", "published_at", "source", "editor")

Case = tuple[dict[str, Any], Article, Extraction]


def read_changed(page: SavedPage, seed: int, changes: Sequence[Change], *, capitals: bool) -> Case:
    """A saved article, its pages changed, as it is read; with what a reader sees in it."""
    spider = spiders()[page.site]
    address = spider.profile.article_ref(page.url)
    assert address is not None
    sources = [
        spider.profile.source(part.url.replace("/m/", "/"), redesigned(part.body, seed, *changes, capitals=capitals))
        for part in pages_of(page)
    ]
    reading = read([spider.profile.page_class(source) for source in sources])
    zone, language = spider.profile.zone, spider.profile.language
    article = load(reading, address, site=page.site, language=language, zone=zone, fetched_at=FETCHED_AT)
    return expected_of(page), article, reading


@cache
def redesigned_articles() -> list[Case]:
    """Every saved article of the first site after three redesigns."""
    return [read_changed(page, seed, EVERYTHING, capitals=True) for page in ARTICLES for seed in SEEDS]


def f1(found: Iterable[object], wanted: Iterable[object]) -> float:
    """How much of one is in the other, both ways."""
    one, other = Counter(found), Counter(wanted)
    both = 2 * (one & other).total()
    return both / (one.total() + other.total()) if one or other else 1.0


def paragraphs(body: str | None) -> list[str]:
    return body.split("\n\n") if body else []


@pytest.mark.parametrize("field", EXACT)
def test_after_a_redesign_nearly_all_fields_are_exact(field: str) -> None:
    right = [(getattr(article, field) or None) == expected[field] for expected, article, _ in redesigned_articles()]
    assert sum(right) >= 0.98 * len(right)


def test_after_a_redesign_nearly_all_paragraphs_are_there_and_no_others() -> None:
    scores = [
        f1(paragraphs(article.body), paragraphs(expected["body"])) for expected, article, _ in redesigned_articles()
    ]
    assert sum(scores) / len(scores) >= 0.97


def test_after_a_redesign_nearly_all_pictures_have_their_captions() -> None:
    scores = [
        f1(
            [(image.url, image.caption) for image in article.images],
            [(image["url"], image["caption"]) for image in expected["images"]],
        )
        for expected, article, _ in redesigned_articles()
    ]
    assert sum(scores) / len(scores) >= 0.9


def test_after_a_redesign_no_record_says_that_it_has_a_known_layout() -> None:
    assert {article.layout for _, article, _ in redesigned_articles()} == {"generic"}


def history(cases: Iterable[Case]) -> dict[str, str]:
    """The letters of these records, as a run notes them."""
    found: dict[str, str] = {}
    for _, article, reading in cases:
        for field, letter in source_letters(article, reading.extractors).items():
            found[field] = found.get(field, "") + letter
    return found


def test_a_redesign_raises_the_alarm_whatever_was_before() -> None:
    as_ever = history(read_changed(page, 1, (), capitals=False) for page in ARTICLES)
    after = history(redesigned_articles()[:31])
    long_before = {field: letters_ * 8 for field, letters_ in as_ever.items()}
    for before in ({}, as_ever, long_before):
        found = {drift.field: drift.message for drift in find_drift(before, after, ECNS.expected_fields, sample=10)}
        assert {"title", "published_at", "source", "body"} <= set(found)
        assert found["title"].startswith("title: 0 of 31 from the layout, ")


@pytest.mark.parametrize("page", ARTICLES, ids=str)
def test_a_page_merely_written_otherwise_is_read_as_before(page: SavedPage) -> None:
    _, before, reading_before = read_changed(page, 1, (), capitals=False)
    expected, article, reading = read_changed(page, 1, (reorder,), capitals=True)
    assert article == before
    assert reading.extractors == reading_before.extractors
    assert article.title == expected["title"]
    assert article.body == expected["body"]
    assert article.layout == expected["layout"] or expected["layout"] == "mobile"


def test_a_page_merely_written_otherwise_raises_no_alarm() -> None:
    before = history(read_changed(page, 1, (), capitals=False) for page in ARTICLES)
    now = history(read_changed(page, 2, (reorder,), capitals=True) for page in ARTICLES)
    assert find_drift({field: text * 8 for field, text in before.items()}, now, ECNS.expected_fields, sample=10) == []
