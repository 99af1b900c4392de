"""A crawl that is killed again and again while its site goes on publishing, and what must be there in the end."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.editing import put_long_listing
from tests.system.reader import Reader, assert_is_truth
from tests.system.sabotage import KILLED, dying

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
        """The arguments of the user, the same for each run."""
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
        """Let site and reader go on between a kill and the next run."""
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


def story_at(
    serve: Serve, crawl_of: CrawlOf, seed: int, *, corrects: bool = False, on_one_listing: bool = False
) -> Story:
    """A site of sixty fresh articles, and a user who crawls it."""
    generated = GeneratedSite(0, seed=seed, now=datetime.now(UTC))
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    return Story(generated, crawl, replica, Reader(crawl.folder / "articles"), corrects, on_one_listing)


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
