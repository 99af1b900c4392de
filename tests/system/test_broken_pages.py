"""Broken pages: each makes a valid record, a rejected one or a counted failure, and the others are stored."""

import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

import brotli
import pytest

from bench.whole_process import Measured, measured
from ecnscrawl.settings import DOWNLOAD_MAXSIZE
from replica import Replica, Resource
from tests.system.crawling import LAST_LINE, ROOT, Crawl
from tests.system.newsstand import HTML, Newsstand, Story, article
from tests.system.promises import breaches

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

pytestmark = pytest.mark.system

MEGABYTE = 1_000_000
BOMB = b"\0" * (100 * MEGABYTE)
MAX_MEMORY = 300 * MEGABYTE
JUST_BELOW = (DOWNLOAD_MAXSIZE - 10_000) // 5  # words of five bytes
GOOD = [Story(number) for number in range(1, 31)]
PUBLISHED = "2025-03-10 09:30:00"
TITLE = "Snow on the “Old Bridge”"
DEGREES = count(1)

Expected = str | Callable[[dict[str, Any]], bool]  #: what the reason says, or what is true of the record


def page(title: str = TITLE, published: str = PUBLISHED, words: str | None = None) -> bytes:
    return article(title, published, text() if words is None else words)


def text() -> str:
    """A text that differs for each article. Of two with the same text, one would be a copy."""
    return f"It fell all night, café owners say — and it is cold: {next(DEGREES)} below zero."


def undated(words: str | None = None, title: str = TITLE) -> bytes:
    return article(title, "", words or text(), comment=" ").replace(b"<span></span>", b"")


def is_exact(record: dict[str, Any]) -> bool:
    body = re.fullmatch(r"It fell all night, café owners say — and it is cold: \d+ below zero\.", record["body"])
    return bool(body) and (record["title"], record["published_at"]) == (TITLE, "2025-03-10T01:30:00Z")


def has_title(record: dict[str, Any]) -> bool:
    return bool(record["title"] == TITLE)


def noise(size: int) -> bytes:
    return Random(1).randbytes(size)


def nested(tag: str, depth: int) -> bytes:
    return page(words=f"<{tag}>" * depth + text() + f"</{tag}>" * depth)


def attributes(count: int, value: str = "1") -> bytes:
    return page().replace(b"<p>", f"<p {' '.join(f'a{number}={value}' for number in range(count))}>".encode())


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <</Title (Snow)>> endobj\n" + noise(20_000) + b"\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise(20_000)
SCRIPT = b"x = 1 + 2; " * 890_000
ZIPPED = (("Content-Encoding", "gzip"),)
BROKEN: dict[str, tuple[Callable[[], Resource], Expected]] = {
    # What stands at the address, made when it is needed as some of it is large, and what is to come of it.
    "an empty body": (lambda: Resource(b"", HTML), "no title"),
    "white space": (lambda: Resource(b" \n" * 1000, HTML), "no title"),
    "12 MB": (lambda: Resource(page(words="word " * 2_400_000), HTML), "too large"),
    "12 MB, zipped": (
        lambda: Resource(gzip.compress(page(words="word " * 2_400_000)), HTML, headers=ZIPPED),
        "too large",
    ),
    "just below the limit": (
        lambda: Resource(page(words="word " * JUST_BELOW), HTML),
        lambda record: len(record["body"]) == 5 * JUST_BELOW - 1,
    ),
    "no gzip that calls itself so": (lambda: Resource(page(), HTML, headers=ZIPPED), ""),
    "just below the limit, in letters of four bytes": (
        lambda: Resource(page(words="\U0001f600 word " * ((DOWNLOAD_MAXSIZE - 10_000) // 10)), HTML),
        lambda record: record["body"].count("word") == (DOWNLOAD_MAXSIZE - 10_000) // 10,
    ),
    "10 MB of script": (
        lambda: Resource(page().replace(b"</head>", b"<script>" + SCRIPT + b"</script></head>"), HTML),
        is_exact,
    ),
    "a bomb, gzip": (lambda: Resource(gzip.compress(BOMB), HTML, headers=ZIPPED), "too large"),
    "a bomb, gzip twice": (
        lambda: Resource(gzip.compress(gzip.compress(BOMB)), HTML, headers=(("Content-Encoding", "gzip, gzip"),)),
        "too large",
    ),
    "a bomb, deflate": (
        lambda: Resource(zlib.compress(BOMB), HTML, headers=(("Content-Encoding", "deflate"),)),
        "too large",
    ),
    "a bomb, br": (
        lambda: Resource(brotli.compress(BOMB, quality=1), HTML, headers=(("Content-Encoding", "br"),)),
        "too large",
    ),
    "a bomb, zstd": (lambda: Resource(zstd.compress(BOMB), HTML, headers=(("Content-Encoding", "zstd"),)), "too large"),
    "two bombs in one": (
        lambda: Resource(gzip.compress(zstd.compress(BOMB)), HTML, headers=(("Content-Encoding", "zstd, gzip"),)),
        "too large",
    ),
    "100,000 nested div": (lambda: Resource(nested("div", 100_000), HTML), " tags"),
    "100,000 nested span": (lambda: Resource(nested("span", 100_000), HTML), " tags"),
    "100,000 nested tags before the headline": (lambda: Resource(b"<div>" * 100_000 + page(), HTML), " tags"),
    "two million tags": (lambda: Resource(page(words="<li>a" * 1_900_000), HTML), " tags"),
    "40,000 nested div": (lambda: Resource(nested("div", 40_000), HTML), "neither body nor pictures"),
    "40,000 nested span": (lambda: Resource(nested("span", 40_000), HTML), "neither body nor pictures"),
    "90,000 paragraphs": (lambda: Resource(page(words="</p><p>".join(["It snows."] * 45_000)), HTML), has_title),
    "400 attributes": (lambda: Resource(attributes(400), HTML), is_exact),
    "20,000 attributes": (lambda: Resource(attributes(20_000), HTML), "a tag of 20000 attributes"),
    "100,000 attributes": (lambda: Resource(attributes(100_000), HTML), "a tag of 100000 attributes"),
    "100,000 attributes with brackets in them": (
        lambda: Resource(attributes(100_000, '">"'), HTML),
        "a tag of 100000 attributes",
    ),
    "100,000 attributes in UTF-16": (
        lambda: Resource(attributes(100_000).decode().encode("utf-16"), "text/html"),
        "a tag of 100000 attributes",
    ),
    "two million attributes": (lambda: Resource(page(words="<i " + "a b " * 200 + ">") * 2_400, HTML), "attributes"),
    "NUL bytes": (lambda: Resource(page().replace(b"Snow", b"Sn\0ow").replace(b"night", b"nig\0ht"), HTML), is_exact),
    "a charset that nobody knows": (lambda: Resource(page(), "text/html; charset=x-nobody-9"), is_exact),
    "UTF-8 that calls itself gb2312": (lambda: Resource(page(), "text/html; charset=gb2312"), is_exact),
    "UTF-8 that calls itself UTF-16": (lambda: Resource(page(), "text/html; charset=utf-16"), is_exact),
    "UTF-8 that calls itself idna": (lambda: Resource(page(), "text/html; charset=idna"), is_exact),
    "GBK that calls itself UTF-8": (
        lambda: Resource(page().decode().encode("gb18030").replace(b"utf-8", b"gb2312"), HTML),
        is_exact,
    ),
    "UTF-16 that says so with its mark": (lambda: Resource(page().decode().encode("utf-16"), "text/html"), is_exact),
    "a picture that calls itself HTML": (lambda: Resource(PNG, HTML), "no title"),
    "HTML that calls itself JSON": (lambda: Resource(page(), "application/json"), is_exact),
    "HTML that calls itself a picture": (lambda: Resource(page(), "image/png"), is_exact),
    "HTML that does not say what it is": (lambda: Resource(page(), ""), is_exact),
    "a PDF called .shtml": (lambda: Resource(PDF, "application/pdf"), "no title"),
    "a PDF that calls itself HTML": (lambda: Resource(PDF, HTML), "no title"),
    "noise": (lambda: Resource(noise(200_000), HTML), "no title"),
    "JSON": (lambda: Resource(b'{"error": "not now"}', "application/json"), "no title"),
    "no title": (lambda: Resource(page(""), HTML), "no title"),
    "a title that nobody sees": (lambda: Resource(page("&nbsp;&#8203; \u200e"), HTML), "no title"),
    "no date": (lambda: Resource(undated(), HTML), "no publication time"),
    "a copy without a date": (
        lambda: Resource(undated(GOOD[0].paragraph(), "Story number 1"), HTML),
        "no publication time",
    ),
    "a date that there is not": (lambda: Resource(page(published="2025-02-30 25:61:00"), HTML), "no publication time"),
    "a date of zeros": (lambda: Resource(page(published="0000-00-00 00:00:00"), HTML), "no publication time"),
    "a date to come": (lambda: Resource(page(published="2093-03-10 09:30:00"), HTML), "2093-03-10T01:30:00Z"),
    "a date of the CMS's own": (lambda: Resource(page(published="1970-01-01 08:00:00"), HTML), "1970-01-01T00:00:00Z"),
    "no body": (lambda: Resource(page(words=""), HTML), "neither body nor pictures"),
    "a comment that never ends": (lambda: Resource(page().replace(b"<h1", b"<!-- <h1"), HTML), ""),
    "half a page": (lambda: Resource(page()[: page().index(b"cold")], HTML), has_title),
}
ADDRESSES = {name: Story(100 + number) for number, name in enumerate(BROKEN)}


@dataclass(frozen=True)
class Job:
    """The crawl of all of that, and what it took."""

    process: Measured
    crawl: Crawl

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """The records by their addresses."""
        return {record["url"]: record for record in self.crawl.records}

    @property
    def rejected(self) -> dict[str, dict[str, Any]]:
        """The rejected records by their addresses."""
        (file,) = (self.crawl.folder / "rejected").glob("*.jsonl")
        lines = [json.loads(line) for line in file.read_bytes().splitlines()]
        return {line["record"]["url"]: line for line in lines}

    @property
    def failing(self) -> dict[str, str]:
        """Why an address failed, or was rejected, as the report has it."""
        return {each["url"]: each["reason"] for each in self.crawl.report["failing"]}


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Job:
    stand = Newsstand()
    stand.publish(*GOOD)
    for name, story in ADDRESSES.items():
        stand.site.put(story.path(), BROKEN[name][0]())
    stand.list("/world/", [story.url for story in [*GOOD, *ADDRESSES.values()]])
    folder = tmp_path_factory.mktemp("broken")
    with Replica(stand.site) as replica:
        crawl = Crawl(folder / "data", replica.environment())
        environment = os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data)}
        return Job(measured(crawl.command("-a", "sections=world"), environment, ROOT), crawl)


def test_the_run_ends_as_runs_do(job: Job) -> None:
    assert job.process.status in (0, 3)
    assert LAST_LINE.fullmatch(job.process.err.splitlines()[-1]), job.process.err


def test_no_unexpected_error_occurs(job: Job) -> None:
    assert [reason for reason in job.crawl.report["reasons"] if "unexpected" in reason] == []
    assert "Traceback" not in job.process.err


def test_no_parser_prints_what_the_report_says_better(job: Job) -> None:
    assert [line for line in job.process.err.splitlines() if "[trafilatura" in line] == []


def test_the_other_articles_are_stored(job: Job) -> None:
    assert [story.id for story in GOOD if story.url not in job.records] == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_page_makes_a_true_record_or_none(job: Job, name: str) -> None:
    url, expected = ADDRESSES[name].url, BROKEN[name][1]
    if callable(expected):
        assert url in job.records, job.failing.get(url)
        assert expected(job.records[url]), job.records[url]
    else:
        assert url not in job.records
        assert expected in job.failing[url]
        assert job.failing[url]


def test_a_read_article_that_is_not_a_record_is_kept_with_its_reasons(job: Job) -> None:
    assert len(job.rejected) == job.crawl.report["counts"]["rejected"]
    for url, line in job.rejected.items():
        assert job.failing[url] == "; ".join(line["reasons"])


def test_every_page_is_counted_once(job: Job) -> None:
    counts = job.crawl.report["counts"]
    assert counts["new"] == len(job.records)
    assert counts["duplicate"] == len(ADDRESSES) + len(GOOD) - counts["new"] - counts["rejected"] - counts["failed"]


def test_the_published_file_fulfils_the_contract(job: Job) -> None:
    assert [breach for file in job.crawl.files for breach in breaches(file)] == []


def test_the_crawl_needs_less_memory_than_a_small_machine_has(job: Job) -> None:
    assert job.process.peak_memory < MAX_MEMORY, f"{job.process.peak_memory / MEGABYTE:.0f} MB"
