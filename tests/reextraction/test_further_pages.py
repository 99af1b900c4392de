"""The further pages of an article of a site without a spider, in the archives of others and in any order."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

import ecnscrawl
from ecnscrawl.items import ExtractedArticle
from ecnscrawl.reextraction import assembly
from ecnscrawl.reextraction.reading import Selection, pages_of
from replica.gazette import story
from tests.system.archives import DAY, Page, warc

HOST = "https://gazette.example"
FORMS = [
    ("/2026/11/20/the-old-ferry-sails-again", "?page=2", "?page=3"),
    ("/2026/11/20/the-old-ferry-sails-again/", "2/", "3/"),
    ("/2026/11/20/the-old-ferry-sails-again/", "page/2/", "page/3/"),
    ("/2026/11/20/the-old-ferry-sails-again.html", "_2.html", "_3.html"),
]


@dataclass(frozen=True)
class Paged:
    """An article of three pages with the same headline, of which only the first has a pager."""

    path: str
    second: str
    third: str
    number: int = 1

    def url(self, part: int) -> str:
        more = {2: self.second, 3: self.third}.get(part, "")
        return HOST + (self.path.removesuffix(".html") if more.endswith(".html") else self.path) + more

    def text(self, part: int) -> Sequence[str]:
        return story(self.number * 10 + part, DAY).paragraphs

    def page(self, part: int, pager: Iterable[int] = (), *, days: int = 0, head: str = "") -> Page:
        """A page with links to others in a pager."""
        links = "".join(f'<a href="{self.url(each)}">{each}</a> ' for each in pager)
        body = "".join(f"<p>{each}</p>" for each in self.text(part)) + f'<div class="pagination">{links}</div>'
        made = replace(story(self.number * 10, DAY), head=head).page(body).replace("%CHARSET%", "utf-8")
        return Page(self.url(part), made.encode(), DAY + timedelta(days=days))

    @property
    def body(self) -> str:
        return "\n\n".join(each for part in (1, 2, 3) for each in self.text(part))


PAGED = [Paged(*form) for form in FORMS]
OTHER = Page(f"{HOST}/2026/11/20/an-orchard-for-the-town", story(7, DAY).page().encode(), DAY)


def extracted(folder: Path, *pages: Page) -> list[ExtractedArticle]:
    path = folder / "others.warc.gz"
    path.write_bytes(warc(pages))
    return list(ecnscrawl.extract_warc(path))


@pytest.mark.parametrize("paged", PAGED, ids=[form[1] for form in FORMS])
@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_pages_in_any_order_make_one_article(tmp_path: Path, paged: Paged, order: tuple[int, ...]) -> None:
    pages = [paged.page(part, (2, 3) if part == 1 else ()) for part in order]
    found = extracted(tmp_path, pages[0], OTHER, *pages[1:])
    assert {each.url for each in found} == {paged.url(1), OTHER.url}
    (article,) = [each for each in found if each.url == paged.url(1)]
    assert article.body == paged.body


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_a_page_that_only_the_page_before_it_names_is_joined_too(tmp_path: Path, order: tuple[int, ...]) -> None:
    (paged, *_) = PAGED
    pagers = {1: (2,), 2: (1, 3), 3: (2,)}
    (article,) = extracted(tmp_path, *(paged.page(part, pagers[part]) for part in order))
    assert (article.url, article.body) == (paged.url(1), paged.body)


def test_each_version_of_an_article_is_joined_from_its_pages(tmp_path: Path) -> None:
    (paged, *_) = PAGED
    versions = [paged.page(part, (2, 3) if part == 1 else (), days=day) for day in (1, 2) for part in (1, 2, 3)]
    found = extracted(tmp_path, *versions)
    assert [(each.url, each.body, each.fetched_at[:10]) for each in found] == [
        (paged.url(1), paged.body, "2026-11-21"), (paged.url(1), paged.body, "2026-11-22"),
    ]  # fmt: skip


@pytest.mark.parametrize("is_first", [True, False])
def test_an_article_whose_address_ends_in_a_number_stays_an_article(tmp_path: Path, is_first: bool) -> None:
    """`the-weekly-letter-of-the-mayor-20` is the twentieth letter, not a page of the first one."""
    first, twentieth = (
        Page(f"{HOST}/2026/11/20/the-weekly-letter-of-the-mayor{end}", story(number, DAY).page().encode(), DAY)
        for number, end in ((1, ""), (20, "-20"))
    )
    again = replace(twentieth, at=DAY + timedelta(days=1))
    pages = [first, twentieth, again] if is_first else [twentieth, again, first]
    found = extracted(tmp_path, *pages, OTHER)
    assert sorted(each.url for each in found) == sorted([*(each.url for each in pages), OTHER.url])
    assert [each.fetched_at[:10] for each in found if each.url == twentieth.url] == ["2026-11-20", "2026-11-21"]


def test_an_article_whose_address_ends_in_a_number_may_have_pages_of_its_own(tmp_path: Path) -> None:
    paged = Paged("/2026/11/20/the-weekly-letter-of-the-mayor-20", "?page=2", "?page=3")
    for order in permutations((1, 2, 3)):
        (article,) = extracted(tmp_path, *(paged.page(part, (2, 3) if part == 1 else ()) for part in order))
        assert (article.url, article.body) == (paged.url(1), paged.body)


@pytest.mark.parametrize("head", ["", '<link rel="canonical" href="{}">', '<link rel="prev" href="{}">'])
def test_without_its_first_page_a_further_one_makes_no_article(
    tmp_path: Path, head: str, caplog: pytest.LogCaptureFixture
) -> None:
    (paged, *_) = PAGED
    second = paged.page(2, () if head else (1,), head=head.format(paged.url(1)))
    assert [each.url for each in extracted(tmp_path, second, OTHER)] == [OTHER.url]
    assert f"{second.url}: a page of it is not in the archive" in caplog.text


def test_a_further_page_that_is_not_there_ends_the_article_and_one_that_was_not_archived_fails_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (paged, *_) = PAGED
    first, second = paged.page(1, (2, 3)), paged.page(2)
    gone = Page(paged.url(3), b"", status="404 Not Found")
    for pages in ((first, second, gone), (first, gone, second)):
        (article,) = extracted(tmp_path, *pages)
        assert article.body == "\n\n".join([*paged.text(1), *paged.text(2)])
    assert extracted(tmp_path, first, second) == []
    assert f"{paged.url(1)}: a page of it is not in the archive" in caplog.text


def test_a_redirect_to_another_spelling_of_the_page_is_followed_and_one_elsewhere_ends_the_article(
    tmp_path: Path,
) -> None:
    paged = PAGED[1]
    first, second, third = (paged.page(part, (2, 3) if part == 1 else ()) for part in (1, 2, 3))
    spelt = Page(second.url.removesuffix("/"), b"", status="301 Moved", headers=(("Location", second.url),))
    away = Page(third.url, b"", status="302 Found", headers=(("Location", paged.path),))
    (article,) = extracted(tmp_path, first, spelt, second, away)
    assert article.body == "\n\n".join([*paged.text(1), *paged.text(2)])


def test_a_page_that_repeats_another_one_ends_the_article_and_those_behind_it_are_not_wanted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (paged, *_) = PAGED
    first = paged.page(1, (2, 3))
    with caplog.at_level(logging.WARNING):
        (article,) = extracted(tmp_path, first, *(replace(first, url=paged.url(part)) for part in (2, 3)))
    assert article.body == "\n\n".join(paged.text(1))
    assert caplog.text == ""


def test_of_many_pages_that_wait_for_a_first_one_only_some_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "MAX_OPEN", 3)
    letters = [
        Page(f"{HOST}/2026/11/20/the-letter-of-reader-{number:03}-on-lamps-2", story(number, DAY).page().encode(), DAY)
        for number in range(9)
    ]
    found = extracted(tmp_path, *letters)
    assert [each.url for each in found] == [each.url for each in letters]


def test_all_pages_of_an_article_are_in_one_shard(tmp_path: Path) -> None:
    letter = Paged("/2026/11/20/the-weekly-letter-of-the-mayor-20", "?page=2", "?page=3")
    for paged in (*PAGED, letter):
        path = tmp_path / "others.warc.gz"
        path.write_bytes(warc(paged.page(part) for part in (1, 2, 3)))
        shards = [list(pages_of(path, Selection(shard=(each, 5)), print)) for each in range(1, 6)]
        assert sorted(map(len, shards)) == [0, 0, 0, 0, 3]
