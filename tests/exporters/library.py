"""Published files of made-up records, and exports of them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ecnscrawl.exporters.job import Job
from ecnscrawl.exporters.rss import Channel
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.target import format_of
from ecnscrawl.items import Article, Image, Video, to_line
from tests.samples import article

Record = dict[str, Any]
SCRIPT = "<script>alert(1)</script> & other <b>titles</b>"
FORMULA = "=cmd|' /C calc'!A0"
CHANNEL = Channel("www.example.org", "https://www.example.org/", "en", "Made-up articles")

FERRY = article(1, section="World", published_at="2026-11-20T15:59:59Z")  # a second before midnight in China
BRIDGE = article(
    2,
    kind="photo",
    title=SCRIPT,
    summary='She said "no", then "yes"; 一座桥, two towers',
    body='第一段，有“引号”。\n\nSecond, with a comma, "quotes" and an apostrophe\'s.\n\n=SUM(A1)',
    published_at="2026-11-20T16:00:00Z",
    updated_at="2026-11-21T01:02:03Z",
    source="China Daily",
    editor="李雁",
    authors=["Zhao Lei", 'Xu "Will" Wei'],
    dateline="BEIJING",
    section="Politics",
    keywords=["bridge", "桥"],
    images=[
        Image("https://i2.chinanews.com/a.jpg", "A bridge, “half” built. (Photo/Xinhua)", "Xinhua"),
        Image("https://i2.chinanews.com/b.jpg"),
    ],
    videos=[Video("https://i2.chinanews.com/c.mp4", "https://i2.chinanews.com/c.jpg", "It <i>moves</i>")],
)
HARVEST = article(
    3, kind="video", title=FORMULA, body=None, source="+Plus", editor="-Minus", dateline="@At",
    videos=[Video("https://i2.chinanews.com/d.mp4")], published_at="2026-11-21T15:59:59Z", section="world",
)  # fmt: skip
HARVEST_CORRECTED = article(3, revision=2, title="A harvest", published_at="2026-11-21T16:00:00Z", section="Business")
NOTHING = {"since": datetime(2100, 1, 1, tzinfo=UTC)}  #: a selection that matches none of them
EVERYTHING = (FERRY, BRIDGE, HARVEST, HARVEST_CORRECTED)
NEWEST = (FERRY, BRIDGE, HARVEST_CORRECTED)


def as_record(stored: Article) -> Record:
    """Return a record as a reader of the published file sees it."""
    record: Record = json.loads(to_line(stored))
    return record


@dataclass(frozen=True)
class Library:
    """A folder with published files, and one for the exports."""

    folder: Path

    @property
    def articles(self) -> Path:
        """The folder of the published files."""
        return self.folder / "data" / "ecns" / "articles"

    def publish(self, name: str, stored: Sequence[Article]) -> Path:
        """Write a file as a run does."""
        self.articles.mkdir(parents=True, exist_ok=True)
        file = self.articles / name
        file.write_bytes(b"".join(map(to_line, stored)))
        return file

    def job(self, name: str, **selection: Any) -> Job:
        """An export to a file of this name; what is not for the selection is for the job itself."""
        target = self.folder / name
        options = {key: selection.pop(key) for key in ("search", "cursors", "by_day") if key in selection}
        return Job([self.articles], target, format_of(target), Selection(**selection), CHANNEL, **options)

    def export(self, name: str, **selection: Any) -> Path:
        """Export, and give the file."""
        self.job(name, **selection).run()
        return self.folder / name


def utc(text: str) -> datetime:
    """A moment: `2026-11-20T16:00:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
