"""Read the stored articles as Python objects: `ecnscrawl.articles`."""

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
    """The keys of a record that are needed to find the newest revision."""

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
    """Iterate over the stored articles of a data folder, site by site, in the order of publishing.

    `site` is the name of a site's folder; None means all sites. `since` limits the articles to those published then or
    later. It is an aware datetime, a date in the site's time zone, or a text as `-a since=` accepts it: `2026-11-01`,
    `30d`, `yesterday`. The newest revision of each article is returned, or with `revisions="all"` every revision,
    oldest first. Both `.jsonl` and `.jsonl.gz` files are read.

    Raises ValueError for an invalid `since` or `revisions` and for the folder of a site instead of the data folder, and
    FileNotFoundError for a missing folder. While it reads, it raises InvalidRecord for a line that is not a record, and
    DamagedFile for a damaged compressed file.
    """
    if revisions not in ("newest", "all"):
        raise ValueError(f"revisions={revisions!r} is neither 'newest' nor 'all'")
    folders = article_folders(Path(data_dir), site)
    if not folders and _is_folder(Path(data_dir) / "articles"):
        folder = Path(data_dir).absolute()
        raise ValueError(f"{data_dir} is the folder of a site; write articles({str(folder.parent)!r}, {folder.name!r})")
    now = datetime.now(UTC)
    edges = {folder: _Edge(folder.parent.name, since, now) if since is not None else None for folder in folders}
    return (
        article
        for folder in folders
        for article in _read(folder, is_newest_only=revisions == "newest")
        if (edge := edges[folder]) is None or edge.is_reached_by(article)
    )


def article_folders(data: Path, site: str | None) -> Sequence[Path]:
    """Return the folders of article files, of one site or of all. Follows no link inside the data folder.

    Raises FileNotFoundError if there is no such site or no data folder.
    """
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
    """Return id -> newest revision. Finding it first means that no article has to be kept in memory."""
    newest: dict[str, int] = {}
    for name in names:
        with jsonl.reading(jsonl.path_of(folder, name)) as lines:
            for line in lines:
                try:
                    version = _version.decode(line)
                except msgspec.MsgspecError:
                    continue  # the reader raises an error for it
                newest[version.id] = max(version.revision, newest.get(version.id, 0))
    return newest


class _Edge:
    """The time of `since`, in the time zone of a site."""

    def __init__(self, site: str, since: datetime | date | str, now: datetime) -> None:
        from ecnscrawl.sites.registry import profiles  # noqa: PLC0415 - profiles load the page classes

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
        """Whether the article was published then or later. If only its day is known, the end of that day counts."""
        published = timestamps.of_record(article.published_at, article.published_precision)
        return published is not None and published.span(self._zone)[1] >= self._first
