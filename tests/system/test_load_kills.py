"""A load may be killed at any moment: every version is loaded once, none is missing, none is without its pictures."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from ecnscrawl.items import Image, Video
from tests.exporters.library import Library
from tests.samples import article
from tests.system.crawling import Crawl
from tests.system.loading import KINDS, Target, file_target, server_target

pytestmark = pytest.mark.system

KILLS = int(os.environ.get("LOAD_KILLS", "3"))  #: of each kind of database
FILES, RECORDS = 60, 50


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """A user whose crawls have published many files, one of them much larger than the others."""
    library = Library(tmp_path_factory.mktemp("kills"))
    for number in range(FILES):
        count = RECORDS * 20 if number == FILES // 2 else RECORDS
        library.publish(
            f"20261121T120000Z-{number:06x}.jsonl",
            [
                article(
                    number * 10_000 + each,
                    images=[Image(f"https://i2.chinanews.com/{each}.jpg"), Image("https://i2.chinanews.com/b.jpg")],
                    videos=[Video("https://i2.chinanews.com/c.mp4")],
                )
                for each in range(count)
            ],
        )
    return Crawl(library.folder / "data", {})


def new_target(kind: str, number: int, folder: Path, request: pytest.FixtureRequest) -> Target:
    if kind == "postgresql":
        return server_target(request.getfixturevalue("postgres_server"))
    return file_target(kind, folder / f"news{number}.{kind}")


def timed_load(user: Crawl, target: Target) -> float:
    """Load to the end; return the seconds that it took."""
    started = time.monotonic()
    ended = user.scrapy("load", target.address)
    assert (ended.status, ended.err) == (0, "")
    return time.monotonic() - started


def is_killed(user: Crawl, target: Target, seconds: float) -> bool:
    """Start a load and kill it after so many seconds; False where it has ended before."""
    process = user.start_scrapy("load", target.address)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
    _, err = process.communicate(timeout=120)
    assert (process.returncode, err) in ((0, ""), (-signal.SIGKILL, "")), err
    return process.returncode != 0


def assert_whole(target: Target) -> None:
    """Check that the tables contain exactly the records of the noted files."""
    counts = target.counts
    articles = counts["noted"]
    assert counts == {
        "articles": articles,
        "images": 2 * articles,
        "videos": articles,
        "files": counts["files"],
        "noted": articles,
    }


def assert_complete(target: Target, user: Crawl) -> None:
    """Each version that the files have is in the database once."""
    assert_whole(target)
    rows = target.query("SELECT id, revision FROM articles")
    assert len(rows) == len(set(rows))
    assert set(rows) == {(record["id"], record["revision"]) for record in user.records}
    assert target.counts["files"] == FILES


@pytest.mark.parametrize("kind", KINDS)
def test_a_load_killed_at_random_instants_loads_everything_once(
    user: Crawl, kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    target = new_target(kind, 0, tmp_path, request)
    whole = timed_load(user, target)
    assert_complete(target, user)
    start_up = timed_load(user, target)  # which has nothing to load
    chance, kills, number = random.Random(), 0, 0
    while kills < KILLS:
        number += 1
        target = new_target(kind, number, tmp_path, request)
        while kills < KILLS and is_killed(user, target, chance.uniform(start_up / 2, whole)):
            kills += 1
            assert_whole(target)
        timed_load(user, target)
        assert_complete(target, user)
