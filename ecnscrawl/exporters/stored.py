"""The stored articles as Python objects, straight from the published files."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from os import PathLike
from pathlib import Path
from typing import Literal

import msgspec

from ecnscrawl.exporters import reader
from ecnscrawl.items import Article
from ecnscrawl.normalize import timestamps
from ecnscrawl.storage import jsonl

Revisions = Literal["newest", "all"]


class _Version(msgspec.Struct):
    """What tells the newest version of an article."""

    id: str
    revision: int


_version = msgspec.json.Decoder(_Version)


def articles(
    data_dir: str | PathLike[str],
    site: str | None = None,
    *,
    since: datetime | date | str | None = None,
    revisions: Revisions = "newest",
) -> Iterator[Article]:
    """The stored articles of a data folder, site by site, each site's in the order of publishing.

    `site` is the name of its folder, None all sites. `since` is the first moment of publishing: an aware datetime, a
    day by the site's clock, or a text as `-a since=` takes it: `2026-11-01`, `30d`, `yesterday`. Of each article comes
    the newest revision, or with `revisions="all"` every one, oldest first. Both `.jsonl` and `.jsonl.gz` are read.

    Raises ValueError for a `since` or `revisions` that is none, and FileNotFoundError where no such folder is;
    while reading NoRecord for a line that is no record, and DamagedFile.
    """
    if revisions not in ("newest", "all"):
        raise ValueError(f"revisions={revisions!r} is neither 'newest' nor 'all'")
    folders = _folders(Path(data_dir), site)
    now = datetime.now(UTC)
    edges = {folder: _Edge(folder.parent.name, since, now) if since is not None else None for folder in folders}
    return (
        article
        for folder in folders
        for article in _read(folder, is_newest_only=revisions == "newest")
        if (edge := edges[folder]) is None or edge.is_reached_by(article)
    )


def _folders(data: Path, site: str | None) -> Sequence[Path]:
    """The folders of article files; no link inside the data folder is followed."""
    if site is not None:
        folder = data / site / "articles"
        if not _is_folder(data / site) or not _is_folder(folder):
            raise FileNotFoundError(f"there is no folder {folder}: is {site!r} the name of a site that was crawled?")
        return [folder]
    if not data.is_dir():
        raise FileNotFoundError(f"there is no data folder {data}")
    sites = sorted(each for each in data.iterdir() if _is_folder(each))
    return [folder for each in sites if _is_folder(folder := each / "articles")]


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _read(folder: Path, *, is_newest_only: bool) -> Iterator[Article]:
    names = jsonl.published(folder)
    newest = _newest(folder, names) if is_newest_only else {}
    for name in names:
        for record in reader.read(jsonl.path_of(folder, name)):
            if not is_newest_only or newest.get(record["id"]) == record["revision"]:
                yield msgspec.convert(record, Article, from_attributes=True)


def _newest(folder: Path, names: Sequence[str]) -> dict[str, int]:
    """The newest revision of each article, by its id; so that no article itself is kept in memory."""
    newest: dict[str, int] = {}
    for name in names:
        with jsonl.reading(jsonl.path_of(folder, name)) as lines:
            for line in lines:
                try:
                    version = _version.decode(line)
                except msgspec.MsgspecError:
                    continue  # the reader will say where it is
                newest[version.id] = max(version.revision, newest.get(version.id, 0))
    return newest


class _Edge:
    """The first moment of publishing that is asked for, by the clock of a site."""

    def __init__(self, site: str, since: datetime | date | str, now: datetime) -> None:
        from ecnscrawl.sites.registry import profiles  # noqa: PLC0415 - profiles load what reads pages

        profile = profiles().get(site)
        self._zone: tzinfo = profile.zone if profile else UTC
        if isinstance(since, datetime):
            if since.tzinfo is None:
                raise ValueError("since has no time zone; write datetime(…, tzinfo=UTC), or give a date")
            self._first = since
        else:
            try:
                self._first = timestamps.window_edge(str(since).strip(), self._zone, now=now, end=False)
            except (ValueError, OverflowError):
                raise ValueError(
                    f"since={since!r} is not a date; write YYYY-MM-DD, YYYY-MM-DDTHH:MM in the site's time, 30d, 12h,"
                    " yesterday or today"
                ) from None

    def is_reached_by(self, article: Article) -> bool:
        """Whether it was published then or later; of a day alone, whether some hour of it was."""
        published = timestamps.of_record(article.published_at, article.published_precision)
        return published is not None and published.span(self._zone)[1] >= self._first
