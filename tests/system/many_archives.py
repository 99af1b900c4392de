"""Many archives of two sites, whose pages change, copy and continue each other from file to file, and their reader."""

import os
import random
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from replica.gazette import story as gazette_story
from replica.listing_page import FEED_PATH
from tests.system.archives import DAY, ArchivingCrawl, Page, records_in, warc
from tests.system.archivist import page_of
from tests.system.crawling import Ended
from tests.system.news_user import COOKIES
from tests.system.newsstand import HOST, Newsstand, Story

ARCHIVES = 24
CUT_OFF = 19  #: the number of the archive that is cut off
GAZETTE = "gazette.example"
PAGED, TORN, TIMELESS = Story(100), Story(101), Story(102)
Records = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Reader:
    """Somebody who reads archives again, into a folder."""

    files: list[str]
    out: Path
    alone: "Reader | None" = None  #: the same with one process
    ended: Ended | None = field(default=None, compare=False)  #: of that process

    @property
    def crawl(self) -> ArchivingCrawl:
        """The user's shell; there is no data folder."""
        return ArchivingCrawl(self.out.parent / "nowhere", {})

    def words(self, *words: str) -> list[str]:
        """The command."""
        return ["reextract", *self.files, "--out", str(self.out), *words]

    def read(self, *words: str) -> Ended:
        """Run the command."""
        return self.crawl.scrapy(*self.words(*words))

    @property
    def records(self) -> Records:
        """The records of each site, in their order."""
        return {site: records_in(self.out / site) for site in ("ecns", GAZETTE)}

    @property
    def parts(self) -> dict[str, int]:
        """The parts that are complete, and the inode of each."""
        try:
            with os.scandir(self.out / ".parts") as entries:
                return {each.name: each.inode() for each in entries if each.name.endswith(".part")}
        except FileNotFoundError:
            return {}

    def into(self, out: Path) -> "Reader":
        """The same person, with another folder."""
        return replace(self, out=out, alone=self)

    def assert_equal(self, last_line: str) -> None:
        """Check that records and figures are those of one process."""
        assert self.alone is not None
        assert self.alone.ended is not None
        assert last_line.partition(" seconds=")[0] == self.alone.ended.last_line.partition(" seconds=")[0]
        assert self.records == self.alone.records


def read_alone(folder: Path, seed: int) -> Reader:
    """Write the archives, and read them with one process. Fails where they do not make what they are made for."""
    user = Reader(written(folder, random.Random(seed)), folder / "alone")
    ended = user.read("--jobs", "1")
    assert ended.status == 3, ended.err
    for what in ("new", "updated", "unchanged", "duplicate", "no_article", "bad"):
        assert f" {what}=0 " not in ended.last_line, ended.last_line
    records = {record["id"]: record for record in user.records["ecns"]}
    assert records[PAGED.id]["body"] == "\n\n".join(PAGED.paragraph(part) for part in (1, 2, 3))
    assert {TORN.id, TIMELESS.id} <= records.keys()
    return replace(user, ended=ended)


def written(folder: Path, chance: random.Random) -> list[str]:
    """Write the archives. What one of them makes depends in many ways on those before it."""
    pages: list[list[Page]] = [[] for _ in range(ARCHIVES)]
    for number, archive in enumerate(pages):
        for _ in range(6):  # versions of the same articles, and copies of them under another id
            version = chance.choice([None, "It was corrected.", "It was corrected twice."])
            archive.append(page_of(Story(chance.randrange(30)), version, number))
            if chance.random() < 0.2:
                archive.append(replace(archive[-1], url=Story(500 + number).url))
        archive.extend(gazette_page(chance.randrange(40), number) for _ in range(9))
        archive.append(gazette_page(50 + number, number, COOKIES))  # whose text is that of many addresses
    for place, part in zip(_places(chance, 3), (1, 2, 3), strict=True):
        body = PAGED.page(part, [PAGED.path(2), PAGED.path(3)])
        pages[place].insert(2, Page(HOST + PAGED.path(part), body, DAY))
    for place in _places(chance, 2):  # two equal copies are taken for a whole page
        pages[place].append(replace(page_of(TORN), body=TORN.page().replace(b"</html>", b"")))
    first, later = _places(chance, 2)
    pages[first].insert(0, feed_of(TIMELESS))
    pages[later].append(replace(page_of(TIMELESS), body=TIMELESS.page().replace(TIMELESS.published.encode(), b"")))
    for number, archive in enumerate(pages):
        content = warc(archive)
        (folder / f"{number:02}.warc.gz").write_bytes(content[:-300] if number == CUT_OFF else content)
    return sorted(str(path) for path in folder.glob("*.warc.gz"))


def _places(chance: random.Random, count: int) -> list[int]:
    return sorted(chance.sample([number for number in range(ARCHIVES) if number != CUT_OFF], count))


def gazette_page(number: int, day: int, body: str | None = None) -> Page:
    """An article of a site without a spider."""
    story = gazette_story(number, DAY)
    markup = story.page(body).replace("%CHARSET%", "utf-8")
    return Page(f"https://{GAZETTE}{story.path}", markup.encode(), DAY + timedelta(days=day))


def feed_of(story: Story) -> Page:
    """A feed that says when a story was published."""
    stand = Newsstand()
    stand.feed(story)
    return Page(HOST + FEED_PATH, stand.site.resource(FEED_PATH).body, DAY, (("Content-Type", "text/xml"),))
