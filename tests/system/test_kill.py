"""A crawl may be killed at any moment: nothing is lost, nothing is twice, nobody ever reads half of anything."""

import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.editing import put_long_listing
from tests.system.reader import Reader, assert_is_truth
from tests.system.sabotage import KILLED, dying

pytestmark = pytest.mark.system

SMALL_FILES = ("-s", "COMMIT_RECORDS=7", "-s", "FILE_RECORDS=20")

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]


@dataclass
class Story:
    """A site that goes on publishing while its crawl is killed again and again, and a reader who looks in between."""

    generated: GeneratedSite
    crawl: Crawl
    replica: Replica
    reader: Reader
    corrects: bool = False
    on_one_listing: bool = False  #: of many small pages, so that a kill hits the walk from one to the next
    versions: dict[str, int] = field(default_factory=dict)  #: how many an id must have in the end, where not one

    def __post_init__(self) -> None:
        self._publish(60, datetime.now(UTC) - timedelta(minutes=5))

    @property
    def arguments(self) -> list[str]:
        """What the user asks for, run after run."""
        listing = ("-a", "sections=world") if self.on_one_listing else ()
        return [*SMALL_FILES, *listing, *(("-a", "recheck=all") if self.corrects else ())]

    def killed_at(self, point: str, *, power_fails: bool = False) -> None:
        """Run the crawl until it dies at this moment; fails where the moment never comes."""
        ended = dying(self.crawl, point, power_fails=power_fails).run(*self.arguments)
        assert ended.status == KILLED, f"{point} never came: {ended.err}"
        self.goes_on()

    def killed_after(self, requests: int, seconds: float) -> None:
        """Run the crawl and kill it some time after the site was asked for so many pages."""
        self.replica.requests.clear()
        process = self.crawl.start(*self.arguments)
        deadline = time.monotonic() + 30
        while len(self.replica.requests) < requests and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        time.sleep(seconds)
        process.kill()
        process.communicate()
        self.goes_on()

    def goes_on(self) -> None:
        """What happens between a kill and the next run."""
        self.reader.look()
        now = datetime.now(UTC)
        if self.corrects:
            self._correct(now)
        self._publish(6, now)

    def _publish(self, count: int, at: datetime) -> None:
        self.generated.publish(count, at)
        if self.on_one_listing:
            put_long_listing(self.generated.site, list(self.generated.stories.values()))

    def _correct(self, now: datetime) -> None:
        twins = set(self.generated.duplicate_of) | set(self.generated.duplicate_of.values())
        for id_ in [id_ for id_ in self.reader.durable_ids() if id_ not in twins and id_ not in self.versions][-3:]:
            self.generated.correct(id_, now)
            self.versions[id_] = 2

    def ends_well(self) -> None:
        """Run the crawl to its end, and compare all that was ever published with the truth."""
        ended = self.crawl.run(*self.arguments)
        assert ended.status == 0, ended.err
        self.reader.look()
        assert_is_truth(self.reader, self.generated.truth, self.generated.duplicate_of)
        assert {id_: len(records) for id_, records in self.reader.history.items() if len(records) > 1} == self.versions
        assert not self.reader.unpublished
        assert ids_in(self.crawl.folder / "published") == ids_of(self.reader)


@pytest.fixture
def story_of(serve: Serve, crawl_of: CrawlOf) -> Callable[..., Story]:
    """A site of sixty fresh articles, and a user who crawls it."""

    def make(seed: int, *, corrects: bool = False, on_one_listing: bool = False) -> Story:
        generated = GeneratedSite(0, seed=seed, now=datetime.now(UTC))
        replica = serve(generated.site)
        crawl = crawl_of(replica)
        return Story(generated, crawl, replica, Reader(crawl.folder / "articles"), corrects, on_one_listing)

    return make


def ids_in(published: Path) -> dict[str, list[tuple[str, int, str, str]]]:
    """Id, revision, content hash and address of each record that the files of `published/` name, by file."""
    found = {}
    for path in published.iterdir():
        *lines, end = [json.loads(line) for line in path.read_bytes().splitlines()]
        assert end["records"] == len(lines), f"{path.name} is not whole"
        found[f"{path.stem}.jsonl"] = [tuple(line[:4]) for line in lines]
    return found


def ids_of(reader: Reader) -> dict[str, list[tuple[str, int, str, str]]]:
    """The same of the files that a reader has read."""
    keys = ("id", "revision", "content_hash", "url")
    return {
        name: [tuple(json.loads(line)[key] for key in keys) for line in content.splitlines()]
        for name, content in reader.seen.items()
    }


def around(*moments: str) -> list[str]:
    """Each moment twice: right before it and right after."""
    return [f"{moment}:{when}" for moment in moments for when in ("before", "after")]


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param([*around("fsync:1", "fsync:3"), "write:1:half", "write:1:after", "write:5:half"], id="records"),
        pytest.param(["write:2:half", "write:2:after", "write:4:half", "write:7:half", *around("fsync:5")], id="ids"),
        pytest.param(around("commit:1", "commit:2", "commit:5"), id="state"),
        pytest.param(around("rename:1", "rename:2", "rename:3", "rename:4"), id="publishing"),
    ],
)
def test_a_crawl_killed_at_any_step_of_its_storage_loses_and_repeats_nothing(
    story_of: Callable[..., Story], moments: Sequence[str]
) -> None:
    story = story_of(seed=11)
    for moment in moments:
        story.killed_at(moment)
    story.ends_well()


def test_a_run_killed_while_it_recovers_another_loses_and_repeats_nothing(story_of: Callable[..., Story]) -> None:
    story = story_of(seed=12)
    story.killed_at("write:1:before")  # leaves an empty file
    for moment in around("unlink:1"):
        story.killed_at(moment)
    story.killed_at("write:3:half")  # leaves whole lines that are not committed, and half a one
    for moment in ("truncate:2:before", *around("fsync:1"), "rename:1:before", "fsync:2:before"):  # the last two: ids
        story.killed_at(moment)
    for moment in ("commit:1:after", *around("rename:2"), "fsync:4:before"):
        story.killed_at("write:3:half")
        story.killed_at(moment)
    for moment in around("commit:2"):  # the word that the file is published
        story.killed_at("write:3:after")
        story.killed_at(moment)
    story.ends_well()


def test_corrections_made_between_a_kill_and_the_next_run_are_each_stored_once(story_of: Callable[..., Story]) -> None:
    story = story_of(seed=13, corrects=True)
    for point in (
        "rename:1:after",
        "write:2:half",
        "commit:3:before",
        "write:1:after",
        "fsync:3:before",
        "commit:5:after",
    ):
        story.killed_at(point)
    story.ends_well()
    assert len(story.versions) > 10


def test_a_machine_that_loses_power_loses_and_repeats_nothing(story_of: Callable[..., Story]) -> None:
    story = story_of(seed=14)
    for point in (
        "fsync:2:before",
        "commit:3:before",
        "commit:4:after",
        "rename:1:after",
        "rename:2:before",
        "fsync:4:before",
    ):
        story.killed_at(point, power_fails=True)
    story.ends_well()


def test_files_that_their_reader_takes_away_between_kills_are_neither_lost_nor_repeated(
    story_of: Callable[..., Story],
) -> None:
    story = story_of(seed=16)
    for moment in ("rename:1:after", "write:2:half", "fsync:2:before", "write:2:after", "commit:2:before"):
        story.killed_at(moment)
        for file in story.crawl.files:
            file.unlink()
    story.ends_well()


def test_what_was_published_stays_known_where_every_kill_costs_the_state_and_the_files_that_were_read(
    story_of: Callable[..., Story],
) -> None:
    story = story_of(seed=17, corrects=True)
    for moment in ("rename:1:after", "rename:2:after", "fsync:3:after", "commit:4:after", "rename:4:before"):
        story.killed_at(moment)
        for file in [*story.crawl.files, *story.crawl.folder.glob("state.sqlite*")]:
            file.unlink()
    story.ends_well()


def test_a_crawl_killed_at_random_moments_loses_and_repeats_nothing(story_of: Callable[..., Story]) -> None:
    chance = random.Random(15)
    story = story_of(seed=15, corrects=True, on_one_listing=True)
    for _ in range(7):
        story.killed_after(chance.randrange(1, 90), chance.uniform(0, 0.05))
    story.ends_well()
