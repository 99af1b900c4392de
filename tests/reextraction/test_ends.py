"""Which answers to a further page say that it does not exist, and so that its article ends before it."""

from dataclasses import replace
from pathlib import Path

import pytest

from ecnscrawl.reextraction import assembly
from tests.reextraction.test_further_pages import PAGED, extracted
from tests.system.archives import Page

(PLAIN, *_) = PAGED
FIRST, SECOND = PLAIN.page(1, (2,)), PLAIN.page(2)
SHORT, LONG = ("\n\n".join(each for part in parts for each in PLAIN.text(part)) for parts in ((1,), (1, 2)))


def bodies(folder: Path, *pages: Page) -> list[str | None]:
    return [each.body for each in extracted(folder, *pages)]


@pytest.mark.parametrize("status", ["300 Multiple Choices", "304 Not Modified", "305 Use Proxy", "500 Error", "403 No"])
def test_an_answer_that_does_not_say_so_ends_no_article(tmp_path: Path, status: str) -> None:
    answer = replace(SECOND, body=b"", status=status)
    assert bodies(tmp_path, FIRST, answer, SECOND) == [LONG]
    assert bodies(tmp_path, FIRST, answer) == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_elsewhere_ends_the_article_whatever_its_body_says(tmp_path: Path, status: int) -> None:
    body = f"<html>\nLocation: {SECOND.url}\n".encode()
    away = replace(SECOND, body=body, status=f"{status} Moved", headers=(("Location", "/"),))
    assert bodies(tmp_path, FIRST, away) == [SHORT]
    assert bodies(tmp_path, FIRST, replace(away, headers=(("Content-Type", "text/html"),))) == [SHORT]


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "302 Found"])
def test_an_end_that_stands_before_the_first_page_ends_the_article_too(tmp_path: Path, status: str) -> None:
    gone = replace(SECOND, body=b"", status=status, headers=(("Location", "/"),))
    assert bodies(tmp_path, gone, FIRST) == [SHORT]
    assert bodies(tmp_path, gone, FIRST, SECOND) == [LONG]
    assert bodies(tmp_path, gone, SECOND, FIRST) == [LONG]
    assert bodies(tmp_path, gone) == []


def test_an_end_that_comes_after_the_article_was_complete_changes_nothing(tmp_path: Path) -> None:
    repeated, gone = replace(FIRST, url=SECOND.url), replace(SECOND, body=b"", status="404 Not Found")
    assert bodies(tmp_path, FIRST, repeated, gone, repeated) == [SHORT]
    assert bodies(tmp_path, FIRST, SECOND, gone) == [LONG]


def test_of_many_ends_that_wait_for_a_first_page_only_some_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assembly, "MAX_OPEN", 3)
    gone = replace(SECOND, body=b"", status="404 Not Found")
    others = [replace(gone, url=SECOND.url.replace("ferry", f"ferry-{name}")) for name in "abcd"]
    assert bodies(tmp_path, *others, gone, FIRST) == [SHORT]
    assert bodies(tmp_path, gone, *others, FIRST) == []
