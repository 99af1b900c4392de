"""Heads of records in each form that the WARC standard allows."""

import gzip
import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ecnscrawl.storage.archive.iteration import MAX_BLOCK, records
from tests.storage.archive.test_reader import read
from tests.system.archives import DAY, Page, warc

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PAGES = [Page(f"https://a.example/{number}", b"page %d " % number * 200) for number in range(4)]
PLAIN = warc(PAGES, is_compressed=False, version="1.1")
STARTS = [at for at in range(len(PLAIN)) if PLAIN.startswith(b"WARC/1.1", at)]
URLS = [page.url for page in PAGES]


def members(compress: Callable[[bytes], bytes], plain: bytes) -> bytes:
    """Each record compressed by itself."""
    heads = [at for at in range(len(plain)) if plain.startswith(b"WARC/1.1", at)]
    return b"".join(compress(plain[at:end]) for at, end in zip(heads, [*heads[1:], len(plain)], strict=True))


FORMS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda plain: plain,
    "gzip": lambda plain: members(gzip.compress, plain),
    "zstd": lambda plain: members(zstd.compress, plain),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "spelled", [b"content-length: ", b"CONTENT-LENGTH:", b"Content-Length:\r\n ", b"Content-Length:\t"]
)
def test_the_length_of_a_record_is_read_in_each_spelling(tmp_path: Path, form: str, spelled: bytes) -> None:
    found, problems = read(tmp_path, FORMS[form](PLAIN.replace(b"Content-Length: ", spelled)))
    assert [(each.url, each.block.endswith(page.body)) for each, page in zip(found, PAGES, strict=True)] == [
        (url, True) for url in URLS
    ]
    assert problems == []
    assert [each.number for each in found] == [1, 3, 5, 7]


@pytest.mark.parametrize("form", FORMS)
def test_one_such_record_leaves_the_others_as_they_are(tmp_path: Path, form: str) -> None:
    at = PLAIN.index(b"Content-Length", STARTS[3])
    content = PLAIN[:at] + b"content-length" + PLAIN[at + len(b"content-length") :]
    found, problems = read(tmp_path, FORMS[form](content))
    assert ([each.url for each in found], problems) == (URLS, [])


def test_a_record_with_such_a_length_that_is_cut_or_damaged_is_named(tmp_path: Path) -> None:
    lower = PLAIN.replace(b"Content-Length: ", b"content-length: ")
    found, problems = read(tmp_path, lower[: lower.index(b"page 3") + 20])
    assert [each.url for each in found] == URLS[:3]
    assert [problem[:7] for problem in problems] == ["cut off"]
    content = bytearray(FORMS["gzip"](lower))
    content[-6] ^= 1  # the last one is a request
    found, problems = read(tmp_path, bytes(content))
    assert [each.url for each in found] == URLS
    assert [problem[:7] for problem in problems] == ["damaged"]


class Watched(io.BufferedReader):
    """A file that knows the most bytes that were read of it at once."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        content = super().read(size)
        self.most = max(self.most, len(content))
        return content


def test_a_length_beyond_the_end_of_the_file_does_not_read_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(PLAIN[: STARTS[1]].replace(b"Content-Length: ", b"content-length: 99999999"))
    with path.open("r+b") as file:
        file.truncate(2 * MAX_BLOCK)
    with Watched(io.FileIO(path)) as file:
        assert [position for position, _ in records(file)] == [0]
        assert MAX_BLOCK < file.most <= MAX_BLOCK + 64 * 1024


@pytest.mark.parametrize("name", [b"WARC-Date", b"WARC-Target-URI", b"WARC-Type"])
def test_a_field_may_go_on_in_the_next_line(tmp_path: Path, name: bytes) -> None:
    found, problems = read(tmp_path, PLAIN.replace(name + b": ", name + b":\r\n  "))
    assert ([(each.url, each.at) for each in found], problems) == ([(url, DAY) for url in URLS], [])


@pytest.mark.parametrize(
    ("date", "text"),
    [
        (b"2026-11-21", "2026-11-21T00:00:00+00:00"),
        (b"2026-11", "2026-11-01T00:00:00+00:00"),
        (b"2026", "2026-01-01T00:00:00+00:00"),
        (b"2026-11-21T10:30Z", "2026-11-21T10:30:00+00:00"),
        (b"2026-11-21T10:30:15.25Z", "2026-11-21T10:30:15.250000+00:00"),
    ],
)
def test_a_date_may_have_less_or_more_than_seconds(tmp_path: Path, date: bytes, text: str) -> None:
    found, problems = read(tmp_path, PLAIN.replace(b"2026-11-20T08:00:00Z", date))
    assert [each.at.isoformat() for each in found] == [text] * len(PAGES)
    assert problems == []


@pytest.mark.parametrize("date", [b"", b"yesterday", b"2026-13-01", b"26"])
def test_what_is_no_date_is_named(tmp_path: Path, date: bytes) -> None:
    found, problems = read(tmp_path, PLAIN.replace(b"2026-11-20T08:00:00Z", date))
    assert found == []
    assert len(problems) == len(PAGES)
    assert all(problem.startswith("without date or address: ") for problem in problems)


def test_a_segment_of_a_response_is_named(tmp_path: Path) -> None:
    first = PLAIN.replace(b"WARC-Type: response", b"WARC-Segment-Number: 1\r\nWARC-Type: response", 1)
    found, problems = read(tmp_path, first)
    assert [each.url for each in found] == URLS[1:]
    assert [problem.partition(": ")[0] for problem in problems] == ["one of several segments, which are not joined"]
