"""A part gives back what was written: pages, their records, and what could not be read."""

import dataclasses
import pickle
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ecnscrawl.items import Image, Video
from ecnscrawl.reextraction.on_dask.parts import Problem, Result, read_part, write_part
from ecnscrawl.reextraction.open_article import may_be_read_again
from ecnscrawl.reextraction.page import PageRead, PageToRead, read_page
from ecnscrawl.reextraction.sites import SiteKey, profile_for
from ecnscrawl.storage.archive.reader import ArchivedResponse
from ecnscrawl.storage.jsonl import DamagedFile
from tests.saved_pages import articles
from tests.system.newsstand import Story

HEAD = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "7"\r\n\r\n'


def result(body: bytes, url: str, site: str = "ecns", number: int = 0) -> Result:
    key = SiteKey(site, f"https://{site}/" if "." in site else None)
    ref = profile_for(key).article_ref(url)
    at = datetime(2026, 11, 20, 8, tzinfo=UTC)
    response = ArchivedResponse(
        url=url, at=at, file="a.warc.gz:1", number=number, place=f"a.warc.gz, record {number}", status=200, block=HEAD + body
    )  # fmt: skip
    asked = PageToRead(response, key, ref)
    return asked, read_page(asked)


def saved() -> Iterator[Result]:
    """Every saved page of an article, read as one of an archive."""
    for number, page in enumerate(articles()):
        yield result(page.body, page.url, page.site, number)


def test_every_saved_page_comes_back_as_it_was_read(tmp_path: Path) -> None:
    written = list(saved())
    write_part(tmp_path / "x.part", iter(written))
    found = [each for each in read_part(tmp_path / "x.part") if not isinstance(each, Problem)]
    assert [read for _, read in found] == [read for _, read in written]
    assert [without_bytes(asked) for asked, _ in found] == [without_bytes(asked) for asked, _ in written]
    assert any(read.record for _, read in found)


def without_bytes(asked: PageToRead) -> PageToRead:
    return replace(asked, response=replace(asked.response, block=b""))


def test_the_bytes_of_a_page_are_kept_only_where_it_may_be_read_again(tmp_path: Path) -> None:
    whole, timeless, paged = Story(1), Story(2), Story(3)
    written = [
        result(whole.page(), whole.url),
        result(timeless.page().replace(timeless.published.encode(), b""), timeless.url),
        result(paged.page(1, [paged.path(2)]), paged.url),
        result(paged.page(2, [paged.path(2)]), "https://www.ecns.cn" + paged.path(2)),
    ]
    write_part(tmp_path / "x.part", iter(written))
    found = [each for each in read_part(tmp_path / "x.part") if not isinstance(each, Problem)]
    assert [bool(asked.response.block) for asked, _ in found] == [False, True, True, True]
    assert [may_be_read_again(asked, read) for asked, read in written] == [False, True, True, True]


text = st.text(st.characters(exclude_categories=["Cs"]))


@given(title=text, body=st.none() | text, caption=st.none() | text, problem=text)
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_record_of_any_text_comes_back_also_one_that_is_not_valid(
    tmp_path: Path, title: str, body: str | None, caption: str | None, problem: str
) -> None:
    asked, read = result(Story(1).page(), Story(1).url)
    assert read.page is not None
    assert read.record is not None
    article = dataclasses.replace(
        read.record.article, title=title, body=body, images=[Image("", caption)], videos=[Video()]
    )
    read = replace(read, record=dataclasses.replace(read.record, article=article))
    written: list[Result | Problem] = [Problem(problem, title), (asked, read), (asked, PageRead(problem=problem))]
    write_part(tmp_path / "x.part", written)
    first, second, third = read_part(tmp_path / "x.part")
    assert first == Problem(problem, title)
    assert not isinstance(second, Problem)
    assert second[1] == read
    assert not isinstance(third, Problem)
    assert third[1].problem == problem


def test_a_part_has_its_name_only_when_it_is_complete(tmp_path: Path) -> None:
    def results() -> Iterator[Result]:
        yield result(Story(1).page(), Story(1).url)
        assert [path.name for path in tmp_path.iterdir()] != []
        assert not (tmp_path / "x.part").exists()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_part(tmp_path / "x.part", results())
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_part_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.part"
    write_part(path, iter([result(Story(number).page(), Story(number).url) for number in range(200)]))
    content = path.read_bytes()
    damaged = bytearray(content)
    damaged[len(content) // 2] ^= 0xFF
    for each in (content[:-1], content[:-400], content[:2], b"", bytes(damaged)):
        path.write_bytes(each)
        with pytest.raises(DamagedFile, match=r"x\.part is damaged .*; remove it, and run the same command again"):
            list(read_part(path))


class Planted:
    """Leaves a trace where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path("planted"),)


def test_no_code_in_a_part_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    frame = zlib.compress(pickle.dumps(Planted()))
    (tmp_path / "x.part").write_bytes(len(frame).to_bytes(4, "big") + frame + bytes(4))
    with pytest.raises(DamagedFile):
        list(read_part(tmp_path / "x.part"))
    assert not (tmp_path / "planted").exists()
