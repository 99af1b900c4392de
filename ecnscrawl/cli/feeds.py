"""Check the feeds of -o, -O and FEEDS, so that a feed that cannot work is refused before the first request."""

import importlib.util
import os
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from w3lib.url import file_uri_to_path

from ecnscrawl import hints
from ecnscrawl.cli.preflight import check_writable
from ecnscrawl.exceptions import CannotStart, WrongUsage, suggestion
from ecnscrawl.exporters.feed_storage import is_device
from ecnscrawl.exporters.target import FORMATS
from ecnscrawl.storage.data_folder import absolute_folder, site_folder_of

_LIBRARIES = {"s3": ("boto3", "boto3"), "gs": ("google.cloud.storage", "google-cloud-storage")}
_BATCH = re.compile(r"%\(batch_(?:time|id)\)")

Feeds = dict[Any, dict[str, Any]]


def feeds_of(settings: BaseSettings, appended: Sequence[str], replaced: Sequence[str]) -> Feeds:
    """Return the feeds of `-o` and `-O`, followed by those of the setting FEEDS, which overrides them as in Scrapy.

    Raises WrongUsage if both options are used, a format is missing or unknown, or two feeds have the same target.
    """
    if appended and replaced:
        raise WrongUsage("-o appends and -O replaces; write one of them for all feeds, or set FEEDS")
    option, formats = ("-O" if replaced else "-o"), _formats(settings)
    named: Feeds = {}
    for word in replaced or appended:
        uri, _, kind = word.rpartition(":")
        if not (uri and kind.isalnum()):  # no colon, or that of a scheme
            uri, kind = word, Path(word).suffix.removeprefix(".")
        _check_format(f"{option} {word}", uri, kind, formats)
        uri = "stdout:" if uri == "-" else uri
        if uri in named:
            raise WrongUsage(f"{option} {word}: another feed goes to {uri} too; name another file")
        named[uri] = {"format": kind} | ({"overwrite": True} if replaced and uri != "stdout:" else {})
    return named | settings.getdict("FEEDS")


def check_feeds(settings: BaseSettings, site: str | None = None) -> None:
    """Raise WrongUsage for a feed that cannot work, or CannotStart for a file that cannot be written.

    `site` is the name of the site to crawl. Its folder may not exist yet.
    """
    formats, schemes = _formats(settings), _components(settings, "FEED_STORAGES")
    targets: dict[str, str] = {}
    for uri, options in _all_feeds(settings):
        if not isinstance(options, Mapping):
            raise WrongUsage(f'FEEDS: the options of {uri!r} are not a JSON object; write {{"format": "jsonlines"}}')
        _check_format(f"FEEDS {uri}", uri, options.get("format", Path(uri).suffix.removeprefix(".")), formats)
        batch = options.get("batch_item_count", settings.getint("FEED_EXPORT_BATCH_ITEM_COUNT"))
        if batch and not _BATCH.search(uri):
            raise WrongUsage(f"the feed {uri} has batches; name its files with %(batch_id)d or %(batch_time)s")
        _check_storage(uri, urlsplit(uri).scheme, schemes)
        path = _path(uri)
        place = os.path.realpath(path) if path else uri
        if place in targets:
            raise WrongUsage(f"two feeds go to one target: {targets[place]} and {uri}; name another file")
        targets[place] = uri
        if path:
            _check_place(path, absolute_folder(str(settings["DATA_DIR"])), site)
            _check_file(path)


def _all_feeds(settings: BaseSettings) -> Iterator[tuple[str, Any]]:
    if settings["FEED_URI"]:
        yield str(settings["FEED_URI"]), {"format": settings["FEED_FORMAT"]}
    for uri, options in settings.getdict("FEEDS").items():
        yield str(uri), options


def _check_format(what: str, uri: str, kind: Any, formats: Collection[str]) -> None:
    if kind in formats:
        return
    known = ", ".join(sorted(formats))
    if not kind:
        raise WrongUsage(f"{what} names no format; write {uri}:jsonl, or another of {known}")
    if kind in FORMATS.values():
        raise WrongUsage(
            f"{what}: a crawl writes no {kind}; after it, `{hints.program()} export {uri} --format {kind}` does"
        )
    raise WrongUsage(f"{what}: {kind!r} is not a format of feeds{suggestion(str(kind), formats)}; known are {known}")


def _check_storage(uri: str, scheme: str, schemes: Collection[str]) -> None:
    if scheme not in schemes:
        raise WrongUsage(f"the feed {uri}: {scheme}:// is not known; known are {', '.join(filter(None, schemes))}")
    if scheme in _LIBRARIES:
        module, package = _LIBRARIES[scheme]
        if not _is_installed(module):
            raise WrongUsage(f"the feed {uri} needs {package}, which is not installed; {hints.install(package)}")
    if scheme in ("s3", "gs", "ftp", "ftps") and not urlsplit(uri).hostname:
        raise WrongUsage(f"the feed {uri} names no {'host' if scheme.startswith('ftp') else 'bucket'}")
    if scheme == "stdout" and sys.stdout is None:
        raise CannotStart("the feed on standard output cannot be written: it is closed")


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False


def _path(uri: str) -> Path | None:
    """Return the path of a feed's file, or None if the feed is not a file or its name contains placeholders."""
    scheme = urlsplit(uri).scheme
    if scheme not in ("", "file") or "%(" in uri:
        return None
    return Path(file_uri_to_path(uri) if scheme else uri)


def _check_place(path: Path, data: Path, site: str | None) -> None:
    """Raise WrongUsage for a file in a site's folder: it could replace the crawl's files, or be read as one of them."""
    if folder := site_folder_of(Path(os.path.realpath(path)), data, site):
        raise WrongUsage(f"{path}: the feed lies in the folder of the crawl's own files; name a file outside {folder}")


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise WrongUsage(f"{path}: the feed cannot be written to a folder; name a file")
    if not is_device(path):
        check_writable(path, "the feed", make_folder=True)  # as Scrapy does
    elif not os.access(path, os.W_OK):
        raise CannotStart(f"{path}: the feed cannot be written there (Permission denied); name another file")


def _formats(settings: BaseSettings) -> Collection[str]:
    return _components(settings, "FEED_EXPORTERS")


def _components(settings: BaseSettings, name: str) -> list[str]:
    return [key for key, value in settings.getwithbase(name).items() if value is not None]
