"""Changes of a page that no reader sees change no record, on every site; and a page that was cut off shows it."""

from functools import cache, partial
from typing import Any

import pytest

from tests.pages.rewriting import REWRITINGS, Rewriting
from tests.saved_pages import SavedPage, every_article, every_site, pages_of, record_of

PARTS = 8  #: a page is cut off at each of these parts of it, and right before its end


@cache
def read_once(article: SavedPage) -> dict[str, Any]:
    return record_of(article)


@pytest.mark.parametrize("rewriting", REWRITINGS, ids=lambda change: change.__name__.removeprefix("with_"))
@pytest.mark.parametrize("article", every_article(), ids=str)
def test_a_page_that_is_written_otherwise_gives_the_same_record(article: SavedPage, rewriting: Rewriting) -> None:
    assert record_of(article, rewriting) == read_once(article)


@pytest.mark.parametrize("rewriting", REWRITINGS, ids=lambda change: change.__name__.removeprefix("with_"))
def test_each_rewriting_changes_pages_of_each_site(rewriting: Rewriting) -> None:
    changed = {article.site for article in every_article() if rewriting(article.body) != article.body}
    assert changed == {article.site for article in every_article()}


def places(body: bytes) -> list[int]:
    """Where a page is cut off."""
    end = body.lower().rindex(b"</html>")
    return [*(end * part // PARTS for part in range(1, PARTS)), end]


def _cut(page: bytes, beginning: bytes, body: bytes) -> bytes:
    return beginning if body == page else body


def is_whole(page: SavedPage, body: bytes) -> bool:
    """Whether a crawl would take these bytes for the whole page."""
    profile = every_site()[page.site].profile
    return profile.page_class(profile.source(page.url, body)).ending().is_whole


@pytest.mark.parametrize("article", every_article(), ids=str)
def test_a_whole_page_shows_that_it_is_whole_however_it_is_written(article: SavedPage) -> None:
    for page in pages_of(article):
        assert is_whole(page, page.body)
        assert [change.__name__ for change in REWRITINGS if not is_whole(page, change(page.body))] == []


@pytest.mark.parametrize("article", every_article(), ids=str)
def test_a_page_that_was_cut_off_shows_it_or_gives_the_whole_record(article: SavedPage) -> None:
    for page in pages_of(article):
        for beginning in (page.body[:place] for place in places(page.body)):
            if is_whole(page, beginning):
                assert record_of(article, partial(_cut, page.body, beginning)) == read_once(article)
