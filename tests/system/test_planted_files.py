"""A user who can write to the data folder cannot make a run write, or wait, elsewhere."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from replica import Fault, LoggedRequest, Replica
from tests.system.crawling import Crawl
from tests.system.planted import LATER, OTHER, STORY, assert_refused, crawl, replica, stand

__all__ = ["crawl", "replica", "stand"]  # fixtures

pytestmark = pytest.mark.system

SECRET = b"nobody may touch this\n"

#: All that is written into a site's folder, by a name that can be known beforehand.
AT_THE_START = ("lock", "state.sqlite", "state.sqlite-wal", "state.sqlite-shm")
FOLDERS = ("articles", "published", "rejected", "gone", "reports")
REPLACED = (
    "reports/latest.json", "reports/index.html", "reports/metrics.prom", "reports/.latest.json.new",
    "reports/.index.html.new", "reports/.metrics.prom.new",
)  # fmt: skip

LEFT_OVER = (
    f"articles/.{LATER}.part", f"rejected/.{LATER}.part", f"gone/.{LATER}.part", f"published/.{LATER}.ids.part",
    f"articles/{LATER}.jsonl", f"gone/{LATER}.jsonl", f"published/{LATER}.ids", f"reports/{LATER}.json",
)  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file that is as it was when the test is over."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "file").write_bytes(SECRET)
    before = (folder / "file").stat()
    yield folder
    assert [path.name for path in folder.iterdir()] == ["file"]
    assert (folder / "file").read_bytes() == SECRET
    after = (folder / "file").stat()
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)


def place(crawl: Crawl, inside: str) -> Path:
    """Where it stands, with the folders above it."""
    path = crawl.folder / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


# Links.


@pytest.mark.parametrize(
    ("inside", "target"),
    [("", "."), *((inside, ".") for inside in FOLDERS), *((inside, "file") for inside in AT_THE_START), ("lock", "nothing"), ("state.sqlite", "nothing")],
)  # fmt: skip
def test_a_link_where_a_run_begins_to_write_is_refused(crawl: Crawl, elsewhere: Path, inside: str, target: str) -> None:
    place(crawl, inside).symlink_to(elsewhere / target)
    ended = crawl.run()
    assert_refused(ended, str(crawl.folder / inside))


def test_a_link_where_a_report_is_written_is_replaced_and_not_followed(crawl: Crawl, elsewhere: Path) -> None:
    for inside in REPLACED:
        place(crawl, inside).symlink_to(elsewhere / "file")
    ended = crawl.run()
    assert ended.status == 0, ended.err
    assert [inside for inside in REPLACED if (crawl.folder / inside).is_symlink()] == []


def test_a_link_that_looks_like_a_file_of_a_run_is_ignored(crawl: Crawl, elsewhere: Path) -> None:
    for inside in LEFT_OVER:
        place(crawl, inside).symlink_to(elsewhere / "file")
    ended = crawl.run()
    assert ended.status == 0, ended.err
    assert [inside for inside in LEFT_OVER if not (crawl.folder / inside).is_symlink()] == []
    assert crawl.report["recovered"] == []
    assert crawl.scrapy("status").status == 0


@pytest.mark.parametrize("inside", ["", *FOLDERS])
def test_a_folder_that_becomes_a_link_under_a_run_is_not_followed(
    crawl: Crawl, replica: Replica, elsewhere: Path, inside: str
) -> None:
    folder = crawl.folder / inside

    def swap(request: LoggedRequest) -> Fault | None:
        if request.path == STORY.path() and not folder.is_symlink():
            folder.rename(folder.with_name("moved"))
            folder.symlink_to(elsewhere)
        return None

    replica.fault = swap
    ended = crawl.run("-s", "COMMIT_RECORDS=1")
    assert folder.is_symlink()
    assert ended.status == (0 if inside in ("rejected", "gone") else 3), ended.err
    assert inside in ("rejected", "gone") or "is a link" in ended.last_line
    assert "Traceback" not in ended.err


def test_the_data_folder_itself_may_be_a_link(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    crawl.data.symlink_to(tmp_path / "disk")
    assert crawl.run().status == 0
    assert (tmp_path / "disk" / "ecns" / "reports" / "latest.json").is_file()


def test_a_link_where_a_feed_is_prepared_is_not_followed(crawl: Crawl, elsewhere: Path, tmp_path: Path) -> None:
    for name in (".out.jsonl.part", ".out.jsonl.probe"):
        (tmp_path / name).symlink_to(elsewhere / "file")
    assert crawl.run("-O", str(tmp_path / "out.jsonl")).status == 0
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 1


# Hard links, FIFOs, folders.


@pytest.mark.parametrize("inside", ["lock", "state.sqlite"])
def test_a_file_with_another_name_is_not_written_to(crawl: Crawl, elsewhere: Path, inside: str) -> None:
    os.link(elsewhere / "file", place(crawl, inside))
    assert_refused(crawl.run(), str(crawl.folder / inside), "hard link")


def test_what_another_name_of_a_file_of_reports_or_records_shows_stays_as_it_was(crawl: Crawl, elsewhere: Path) -> None:
    for inside in (*REPLACED, *LEFT_OVER):
        os.link(elsewhere / "file", place(crawl, inside))
    ended = crawl.run()
    assert ended.status == 0, ended.err


def test_a_left_over_file_that_a_backup_holds_too_is_published_and_the_backup_keeps_all_of_it(
    crawl: Crawl, tmp_path: Path
) -> None:
    assert crawl.run().status == 0
    (file,) = crawl.files
    torn = file.read_bytes() + b'{"half'
    part = file.with_name(f".{LATER}.part")
    part.write_bytes(torn)
    os.link(part, tmp_path / "backup")
    assert crawl.run("-a", f"urls={OTHER.url}").status == 0
    assert (tmp_path / "backup").read_bytes() == torn
    assert (crawl.folder / "articles" / f"{LATER}.jsonl").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("inside", ["lock", "state.sqlite", "articles", "reports"])
def test_a_fifo_where_a_run_begins_to_write_is_refused_and_not_waited_for(crawl: Crawl, inside: str) -> None:
    os.mkfifo(place(crawl, inside))
    assert_refused(crawl.run(), str(crawl.folder / inside))


def test_a_fifo_elsewhere_is_replaced_or_ignored_and_not_waited_for(crawl: Crawl) -> None:
    for inside in (*REPLACED, *LEFT_OVER):
        os.mkfifo(place(crawl, inside))
    ended = crawl.run()
    assert ended.status == 0, ended.err
    assert crawl.scrapy("status").status == 0
    assert [inside for inside in LEFT_OVER if not (crawl.folder / inside).is_fifo()] == []


@pytest.mark.parametrize("inside", ["lock", "state.sqlite", "state.sqlite-wal"])
def test_a_folder_where_a_run_begins_to_write_a_file_is_refused(crawl: Crawl, inside: str) -> None:
    place(crawl, inside).mkdir()
    assert_refused(crawl.run(), str(crawl.folder / inside))


@pytest.mark.parametrize("inside", ["reports/latest.json", "reports/.index.html.new"])
def test_a_folder_where_a_report_is_written_is_reported_and_the_records_are_there(crawl: Crawl, inside: str) -> None:
    place(crawl, inside).mkdir()
    ended = crawl.run()
    assert ended.status == 3, ended.err
    assert "the report could not be written" in ended.last_line
    assert "Traceback" not in ended.err
    assert len(crawl.records) == 1
