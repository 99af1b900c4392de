"""The next run publishes all complete lines of a file that a killed run left, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.reader import Reader, assert_is_truth
from tests.system.sabotage import KILLED, dying

pytestmark = pytest.mark.system

HALF_A_LINE = b'{"schema_version":1,"id":"ecns:ihbcdfgh1000'
NULS = b"\0" * 700


@cache
def generated() -> GeneratedSite:
    """The site, the same for all tests."""
    return GeneratedSite(20, seed=21, now=datetime.now(UTC) - timedelta(days=3))


@pytest.fixture
def killed(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> Callable[[str], tuple[Crawl, Path]]:
    """A crawl that was killed at a moment, and the one file that it left."""

    def kill(point: str) -> tuple[Crawl, Path]:
        crawl = crawl_of(serve(generated().site))
        ended = dying(crawl, point).run("-s", "COMMIT_RECORDS=7")
        assert ended.status == KILLED, ended.err
        (part,) = (crawl.folder / "articles").glob(".*.part")
        return crawl, part

    return kill


def assert_recovers(crawl: Crawl, part: Path, whole: bytes) -> None:
    """The next run publishes the whole lines of the file under its own name, then what is missing."""
    name = part.name.removeprefix(".").removesuffix(".part") + ".jsonl"
    ended = crawl.run()
    assert ended.status == 0, ended.err
    assert crawl.report["recovered"] == ([name] if whole else [])
    assert not part.exists()
    if whole:
        assert (crawl.folder / "articles" / name).read_bytes() == whole
    reader = Reader(crawl.folder / "articles")
    reader.look()
    assert_is_truth(reader, generated().truth, generated().duplicate_of)
    assert len(reader.records) == int(ended.stats["new"]) + whole.count(b"\n")


@pytest.mark.parametrize(
    "torn",
    [
        pytest.param(HALF_A_LINE, id="half a line"),
        pytest.param(NULS + b"\n" + HALF_A_LINE, id="a line of NUL bytes"),
    ],
)
def test_what_is_no_whole_line_at_the_end_of_a_left_over_file_is_cut_off(
    killed: Callable[[str], tuple[Crawl, Path]], torn: bytes
) -> None:
    crawl, part = killed("commit:9:after")
    whole = part.read_bytes()
    assert whole.count(b"\n") >= 7
    part.write_bytes(whole + torn)
    assert_recovers(crawl, part, whole)


def test_whole_lines_beyond_what_the_state_knows_are_published_and_not_stored_again(
    killed: Callable[[str], tuple[Crawl, Path]],
) -> None:
    crawl, part = killed("write:3:after")
    assert part.read_bytes().count(b"\n") > 7
    assert_recovers(crawl, part, part.read_bytes())


def test_an_empty_left_over_file_is_removed(killed: Callable[[str], tuple[Crawl, Path]]) -> None:
    crawl, part = killed("write:1:before")
    assert_recovers(crawl, part, b"")


def test_a_record_that_a_lying_disk_has_lost_is_fetched_again(killed: Callable[[str], tuple[Crawl, Path]]) -> None:
    crawl, part = killed("commit:9:after")
    kept = b"".join(part.read_bytes().splitlines(keepends=True)[:3])
    part.write_bytes(kept + HALF_A_LINE)
    assert_recovers(crawl, part, kept)
