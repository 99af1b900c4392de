"""`scrapy watch`, killed at random moments while its sites publish and correct: each version is there once."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica
from tests.system.many_sites import WITH_WORKERS, Watcher, summary, watcher
from tests.system.newspapers import Newspaper
from tests.system.reader import Reader

pytestmark = pytest.mark.system

SITES = 4
ROUNDS = int(os.environ.get("KILL_ROUNDS", "4"))
SETTINGS = ("-s", "WATCH_EVERY_MIN=1", "-s", "COMMIT_RECORDS=3", "-s", "FILE_RECORDS=5")


@pytest.mark.parametrize("seed", [1])
def test_each_version_of_each_site_is_there_once(serve: Callable[..., Replica], tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    papers = [Newspaper(number) for number in range(SITES)]
    user = watcher(serve([paper.gazette.site for paper in papers]), tmp_path, [paper.gazette for paper in papers])
    user.write_table(every="1s")
    user.table.write_text(
        user.table.read_text().replace("[defaults]\n", '[defaults]\narguments = { recheck = "all" }\n')
    )
    readers = {paper.gazette.host: Reader(user.data / paper.gazette.host / "articles") for paper in papers}
    corrected: set[tuple[str, str]] = set()
    for _ in range(ROUNDS):
        process = user.start_scrapy(*user.words("--once", *WITH_WORKERS, *SETTINGS))
        wait_for_a_run(user, process.poll)
        time.sleep(chance.uniform(0, 1.5))
        process.kill()
        process.communicate()
        for paper in papers:
            reader = readers[paper.gazette.host]
            reader.look()
            stored = {record["url"] for record in reader.records}
            for each in paper.stories[:2]:
                key = (paper.gazette.host, each.path)
                if paper.gazette.url(each.path) in stored and key not in corrected:
                    corrected.add(key)
                    paper.correct(each.path)
            paper.publish(2)
    time.sleep(1)
    ended = user.once(*SETTINGS)
    assert (ended.status, summary(ended)["healthy"]) == (0, str(SITES)), ended.err
    for paper in papers:
        reader = readers[paper.gazette.host]
        reader.look()
        assert not reader.unpublished
        found = {records[-1]["url"]: records for records in reader.history.values()}
        assert {url: len(records) for url, records in found.items()} == {
            paper.gazette.url(path): number for path, number in paper.versions.items()
        }
        for each in paper.stories:
            assert found[paper.gazette.url(each.path)][-1]["body"] == "\n\n".join(each.paragraphs)


def wait_for_a_run(user: Watcher, has_ended: Callable[[], int | None]) -> None:
    """Wait until a run is under way: one has a file that is not published yet; a minute at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and has_ended() is None:
        if any(user.data.glob("*/articles/.*.part")):
            return
        time.sleep(0.005)
