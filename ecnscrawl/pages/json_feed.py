"""Read JSON Feed (https://www.jsonfeed.org/version/1.1/): the URL and time of each entry."""

import json
from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.links import Link

_VERSION = "jsonfeed.org/version/"


def is_json_feed(text: str) -> bool:
    """Whether a text is a whole JSON feed.

    >>> is_json_feed('{"version": "https://jsonfeed.org/version/1.1", "items": []}'), is_json_feed('{"items": [')
    (True, False)
    """
    return _feed(text) is not None


def json_feed_entries(text: str, url: str, zone: tzinfo | None) -> Iterator[Link]:
    """Yield the entries of a feed, in order; none if the text is no JSON feed.

    `url` is the feed's address. A time without a time zone is in the site's `zone`. An `external_url`, which is the
    page that an entry writes about, does not count.
    """
    items = (_feed(text) or {}).get("items")
    for item in items if isinstance(items, list) else ():
        if not isinstance(item, dict):
            continue
        written = item.get("url") or item.get("id")
        address = resolve(url, written) if isinstance(written, str) and (item.get("url") or "://" in written) else None
        if address:
            stated = item.get("date_published")
            yield Link(address, timestamps.parse(stated, zone) if isinstance(stated, str) else None)


def _feed(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return feed if isinstance(feed, dict) and _VERSION in str(feed.get("version")) else None
