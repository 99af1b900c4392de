"""A user who can write to the data folder cannot make a run write, or wait, elsewhere."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from replica import Fault, LoggedRequest, Replica, Site
from tests.system.crawling import ROOT, SCRAPY, Crawl, Ended
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

NOBODY = 65534
STORY, OTHER = Story(1), Story(2)
LATER = "29990101T000000Z-000000"  # a run that no clock has reached
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
def stand() -> Newsstand:
    """A site with an article."""
    stand = Newsstand()
    stand.publish(STORY, OTHER)
    stand.list("/world/", [STORY.path()])
    return stand


@pytest.fixture
def replica(serve: Callable[[Site], Replica], stand: Newsstand) -> Replica:
    """It, served."""
    return serve(stand.site)


@pytest.fixture
def crawl(replica: Replica, crawl_of: Callable[[Replica], Crawl]) -> Crawl:
    """Its crawl."""
    return crawl_of(replica)


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


def assert_refused(ended: Ended, *words: str) -> None:
    """The run did not start, and its one line says why."""
    assert ended.status == 1, ended.err
    assert len(ended.err.splitlines()) == 1, ended.err
    assert ended.err.startswith("ecnscrawl: error: ")
    assert [word for word in words if word not in ended.err] == []


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


# Umasks and owners.


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o000, 0o777])
def test_all_that_is_written_has_the_mode_that_the_umask_says(replica: Replica, tmp_path: Path, umask: int) -> None:
    if umask == 0o777 and os.geteuid() != 0:
        pytest.skip("only root can write to a folder that nobody may enter")
    crawl = Crawl(tmp_path / "data", replica.environment(), umask=umask)
    assert crawl.run().status == 0
    for path in [crawl.data, *crawl.data.rglob("*")]:
        whole = 0o777 if path.is_dir() else 0o666
        assert stat.S_IMODE(path.stat().st_mode) == whole & ~umask, path


def _prefix() -> list[str]:
    """How root runs a command as another user who can read the interpreter; skips the test where it cannot."""
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    plain = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]  # an interpreter below /root
    for prefix in (plain, reading):
        if (
            subprocess.run([*prefix, str(SCRAPY), "version"], capture_output=True, check=False, cwd=ROOT).returncode
            == 0
        ):
            return prefix
    pytest.skip("another user cannot read the interpreter or the checkout")


@pytest.fixture
def somebody(replica: Replica) -> Iterator[Callable[..., Ended]]:
    """Runs the crawl as a user who is not root, into a folder `data` of theirs."""
    prefix = _prefix()
    with tempfile.TemporaryDirectory(prefix="somebody-") as home:
        data = Path(home) / "data"
        data.mkdir()
        certificate = shutil.copy(replica.environment()["SSL_CERT_FILE"], home)
        for path in (Path(home), data):
            os.chown(path, NOBODY, NOBODY)
        environment = (
            os.environ | replica.environment() | {"SSL_CERT_FILE": certificate, "ECNSCRAWL_DATA_DIR": str(data)}
        )

        def run(*arguments: str, umask: int = 0o022) -> Ended:
            command = [*prefix, *Crawl(data, {}).command(*arguments)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment, umask=umask, timeout=60
            )
            return Ended(done.returncode, str(data), done.stderr)

        yield run


def give(path: Path, owner: int) -> None:
    """Let a folder and all that is in it belong to somebody."""
    for each in [path, *path.rglob("*")]:
        os.chown(each, owner, owner)


def test_a_data_folder_of_another_user_is_refused(somebody: Callable[..., Ended]) -> None:
    first = somebody()
    data = Path(first.out)
    assert first.status == 0, first.err
    shutil.rmtree(data / "ecns")
    give(data, 0)
    assert_refused(somebody(), "Permission denied", str(data))
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("inside", ["lock", "state.sqlite", "articles"])
def test_files_of_another_user_are_refused_and_left_alone(somebody: Callable[..., Ended], inside: str) -> None:
    data = Path(somebody().out)
    theirs = data / "ecns" / inside
    give(theirs, 0)
    before = {path: path.read_bytes() for path in theirs.rglob("*")} or theirs.read_bytes()
    ended = somebody("-a", f"urls={OTHER.url}")
    assert ended.status == (3 if inside == "articles" else 1), ended.err
    assert len(ended.err.splitlines()) == 1, ended.err
    assert str(data / "ecns") in ended.err
    assert ({path: path.read_bytes() for path in theirs.rglob("*")} or theirs.read_bytes()) == before


def test_reports_of_another_user_are_reported_and_the_records_are_there(somebody: Callable[..., Ended]) -> None:
    data = Path(somebody().out)
    give(data / "ecns" / "reports", 0)
    ended = somebody("-a", f"urls={OTHER.url}")
    assert ended.status == 3, ended.err
    assert "the report could not be written" in ended.last_line
    assert len(list((data / "ecns" / "articles").glob("*.jsonl"))) == 2


def test_a_umask_that_leaves_nothing_ends_in_one_line(somebody: Callable[..., Ended]) -> None:
    assert_refused(somebody(umask=0o777), "Permission denied")
