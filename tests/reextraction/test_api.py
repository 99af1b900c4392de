"""`ecnscrawl.extract_warc` gives the articles of a WARC file in its order."""

import gzip
import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

import ecnscrawl
from tests.system.archives import DAY, Page, warc
from tests.system.newsstand import Story, article

STORY, PAGED = Story(1), Story(2)


def written(folder: Path, *pages: Page, then: bytes = b"") -> Path:
    path = folder / "CC-NEWS.warc.gz"
    path.write_bytes(warc(pages) + then)
    return path


def page(story: Story, part: int = 1, body: bytes | None = None, days: int = 0) -> Page:
    url = story.url.replace(".shtml", f"-p{part}.shtml") if part > 1 else story.url
    return Page(url, body or story.page(part, [story.path(2)] if story is PAGED else []), DAY + timedelta(days=days))


def test_each_version_comes_in_the_order_of_the_file_with_its_time(tmp_path: Path) -> None:
    corrected = page(STORY, body=article("Corrected", STORY.published, "It was corrected."), days=1)
    found = list(ecnscrawl.extract_warc(written(tmp_path, page(STORY), corrected)))
    assert [(each.title, each.fetched_at) for each in found] == [
        ("Story number 1", "2026-11-20T08:00:00Z"), ("Corrected", "2026-11-21T08:00:00Z"),
    ]  # fmt: skip
    assert {each.id for each in found} == {STORY.id}


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_the_pages_of_an_article_are_joined_in_whatever_order_they_come(tmp_path: Path, order: tuple[int, int]) -> None:
    pages = [page(PAGED, part, days=part) for part in order]
    found = next(each for each in ecnscrawl.extract_warc(written(tmp_path, *pages, page(STORY))) if each.id == PAGED.id)
    assert found.body == f"{PAGED.paragraph(1)}\n\n{PAGED.paragraph(2)}"
    assert found.fetched_at == "2026-11-21T08:00:00Z"


def test_an_article_without_one_of_its_pages_is_left_out_and_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = list(ecnscrawl.extract_warc(written(tmp_path, page(PAGED), page(STORY))))
    assert [each.id for each in found] == [STORY.id]
    assert f"{PAGED.url}: a page of it is not in the archive" in caplog.text


def test_what_cannot_be_read_is_logged_and_the_rest_is_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    broken = replace(page(PAGED), body=gzip.compress(b"<html>")[:-4], headers=(("Content-Encoding", "gzip"),))
    with caplog.at_level(logging.WARNING):
        found = list(ecnscrawl.extract_warc(written(tmp_path, broken, page(STORY), then=b"\x1f\x8b\x08garbage")))
    assert [each.id for each in found] == [STORY.id]
    assert "compressed response cut short" in caplog.text
    assert "cut off" in caplog.text or "damaged" in caplog.text


def test_a_page_of_another_kind_on_an_unknown_site_is_no_article(tmp_path: Path) -> None:
    about = Page(
        "https://www.gazette.example/2026/11/20/about-the-house-of-the-gazette", b"<html><p>Write to us.</p></html>"
    )
    assert list(ecnscrawl.extract_warc(written(tmp_path, about))) == []


def test_a_file_that_does_not_exist_raises(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        next(iter(ecnscrawl.extract_warc(tmp_path / "nowhere.warc.gz")))
