"""Servers that never finish or lie: each response is a counted failure, and the run does not hang."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.whole_process import Measured, measured
from ecnscrawl.network.download_handler import MAX_CHUNKS, MAX_HEAD_BYTES
from replica import Fault, LoggedRequest, Replica, Resource
from replica.endless import Dribble, Endless, Raw
from tests.system.crawling import LAST_LINE, ROOT, Crawl
from tests.system.newsstand import HTML, Newsstand, Story

pytestmark = pytest.mark.system

MEGABYTE = 1_000_000
MAX_MEMORY = 300 * MEGABYTE
SHORT_TIMEOUT = 3  # seconds for a whole response, instead of thirty, for servers that never send one
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GOOD = [Story(number) for number in range(1, 11)]


# A server that closes a connection which the client may use again could lose the next page's request, whatever its fault.
CLOSED = b"Connection: close\r\n"


def length(page: bytes) -> bytes:
    return str(len(page)).encode()


def with_length(stated: bytes, page: bytes, *, closes: bool = True) -> Raw:
    return Raw(OK + b"Content-Length: " + stated + b"\r\n\r\n" + page, closes)


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


CUT, LOST, LATE, LARGE = "response cut short", "connection lost", "timed out", "response too large"
HEAD = f"a head of more than {MAX_HEAD_BYTES} bytes"
FAULTS: dict[str, tuple[Callable[[bytes], Fault], str | None]] = {
    # What a server does with a page, and the reason in the report; None where a record comes of it.
    "a byte at a time": (lambda _: Dribble(0.05), LATE),
    "nothing at all": (lambda _: Raw(b"", closes=False), LATE),
    "a head that stalls": (lambda _: Raw(OK[:-10], closes=False), LATE),
    "a body that stalls": (lambda page: with_length(b"100000", page, closes=False), LATE),
    "a head without an end": (lambda _: Endless(OK, b"X-More: of the same\r\n"), HEAD),
    "a header line without an end": (
        lambda _: Endless(OK + b"X-Long: ", b"x"),
        "a header line of more than 16384 bytes",
    ),
    "interim responses without an end": (
        lambda _: Endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        HEAD,
    ),
    "a body without an end": (lambda _: Endless(OK + b"\r\n", b"<p>And so on.</p>"), LARGE),
    "chunks without an end": (lambda _: Endless(CHUNKED, chunk(b"<p>And so on.</p>" * 1000)), LARGE),
    "tiny chunks without an end": (
        lambda _: Endless(CHUNKED, chunk(b"x")),
        f"a body in more than {MAX_CHUNKS} chunks",
    ),
    "trailers without an end": (lambda _: Endless(CHUNKED + b"0\r\n", b"X-More: of the same\r\n"), CUT),
    "a body of a terabyte, as it says": (lambda page: with_length(b"1" + b"0" * 12, page), LARGE),
    "a body shorter than it says": (lambda page: with_length(b"100000", page), CUT),
    "a body longer than it says": (
        lambda page: Raw(
            OK + CLOSED + b"Content-Length: " + length(page) + b"\r\n\r\n" + page + b"<p>More.</p>" * 1000
        ),
        None,
    ),
    "a negative length": (lambda page: with_length(b"-5", page), LOST),
    "a length that is no number": (lambda page: with_length(b"many", page), LOST),
    "two lengths": (lambda page: with_length(b"5\r\nContent-Length: 70000", page), LOST),
    "the same length twice": (
        lambda page: Raw(OK + CLOSED + (b"Content-Length: " + length(page) + b"\r\n") * 2 + b"\r\n" + page),
        None,
    ),
    "half a chunk": (lambda page: Raw(CHUNKED + chunk(page)[:-60]), CUT),
    "no last chunk": (lambda page: Raw(CHUNKED + chunk(page)), CUT),
    "a chunk of no size": (lambda page: Raw(CHUNKED + b"zz\r\n" + page), CUT),
    "a chunk of a size that no memory has": (lambda page: Raw(CHUNKED + b"f" * 15 + b"\r\n" + page), CUT),
    "chunks, and a length": (
        lambda page: Raw(OK + CLOSED + b"Content-Length: 3\r\n" + CHUNKED[len(OK) :] + chunk(page) + b"0\r\n\r\n"),
        None,
    ),
    "no HTTP": (lambda _: Raw(b"\x00\x01\x02 this is no answer\r\n\r\n"), LOST),
    "a status that there is not": (lambda _: Raw(OK.replace(b"200", b"OK!") + b"\r\n"), LOST),
    "a line without a colon": (
        lambda page: Raw(OK + CLOSED + b"What is this\r\nContent-Length: " + length(page) + b"\r\n\r\n" + page),
        None,
    ),
}
STORIES = {name: Story(100 + number) for number, name in enumerate(FAULTS)}
BY_PATH = {story.path(): FAULTS[name][0](story.page()) for name, story in STORIES.items()}


def fault(request: LoggedRequest) -> Fault | None:
    return BY_PATH.get(request.path)


@dataclass(frozen=True)
class Job:
    """The crawl of some of that, and what it took."""

    process: Measured
    crawl: Crawl


def is_late(name: str) -> bool:
    """Return whether only the crawl's timeout ends this fault."""
    return FAULTS[name][1] == LATE


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Job]:
    """One of the servers that are waited for in vain, and one of all others, which a busy machine may answer late."""
    return {late: crawl_of_faults(tmp_path_factory.mktemp("hostile"), must_time_out=late) for late in (False, True)}


def crawl_of_faults(folder: Path, *, must_time_out: bool) -> Job:
    stand = Newsstand()
    stand.publish(*GOOD)
    stories = [story for name, story in STORIES.items() if is_late(name) is must_time_out]
    for story in stories:
        stand.site.put(story.path(), Resource(story.page(), HTML))
    stand.list("/world/", [story.url for story in [*stories, *GOOD]])
    with Replica(stand.site, fault) as replica:
        crawl = Crawl(folder / "data", replica.environment())
        environment = os.environ | crawl.environment | {"ECNSCRAWL_DATA_DIR": str(crawl.data)}
        timeout = ("-s", f"DOWNLOAD_TIMEOUT={SHORT_TIMEOUT}") if must_time_out else ()
        command = crawl.command("-a", "sections=world", "-s", "RETRY_TIMES=0", *timeout)
        return Job(measured(command, environment, ROOT), crawl)


@pytest.fixture(params=[False, True], ids=["wrong", "late"])
def job(jobs: dict[bool, Job], request: pytest.FixtureRequest) -> Job:
    """Each of the two."""
    return jobs[request.param]


@pytest.mark.parametrize("name", FAULTS)
def test_a_server_that_misbehaves_is_a_counted_failure_or_a_true_record(jobs: dict[bool, Job], name: str) -> None:
    story, reason = STORIES[name], FAULTS[name][1]
    crawl = jobs[is_late(name)].crawl
    failing = {each["url"]: each["reason"] for each in crawl.report["failing"]}
    assert failing.get(story.url) == reason
    bodies = [record["body"] for record in crawl.records if record["id"] == story.id]
    assert bodies == ([story.paragraph()] if reason is None else [])


def test_the_other_articles_are_stored(job: Job) -> None:
    assert {story.id for story in GOOD} <= {record["id"] for record in job.crawl.records}


def test_the_last_line_is_all_that_is_printed(job: Job) -> None:
    lines = [
        line for line in job.process.err.splitlines() if not re.search("DOWNLOAD_MAXSIZE|max size|data loss", line)
    ]
    assert len(lines) == 1, job.process.err
    assert LAST_LINE.fullmatch(lines[0])


def test_no_unexpected_error_occurs(job: Job) -> None:
    assert job.process.status == 3  # too many articles failed
    assert [reason for reason in job.crawl.report["reasons"] if "unexpected" in reason] == []


def test_the_crawl_needs_less_memory_than_a_small_machine_has(job: Job) -> None:
    assert job.process.peak_memory < MAX_MEMORY, f"{job.process.peak_memory / MEGABYTE:.0f} MB"
