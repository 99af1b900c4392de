"""Build a site of saved pages only: each page of a manifest at its own URL, and nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from replica.listing_page import ROBOTS, ROBOTS_PATH
from replica.site import Resource, Site

CONTENT_TYPES = {"feed": "application/xml", "sitemap": "application/xml", "robots": "text/plain"}


def saved_sites(folder: Path, without: str = "") -> Iterator[Site]:
    """Yield each site of the manifest in a fixtures folder, except the named one."""
    manifest: dict[str, list[dict[str, Any]]] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for name, entries in manifest.items():
        if name != without and entries:
            yield _site(folder / "html" / name, entries)


def _site(folder: Path, entries: list[dict[str, Any]]) -> Site:
    """Return the site for the hosts of these URLs. If no robots.txt is saved, one that allows everything is added."""
    hosts = dict.fromkeys(urlsplit(entry["url"]).hostname or "" for entry in entries)
    site = Site(*hosts, has_queries=True)
    site.put(ROBOTS_PATH, Resource(ROBOTS, "text/plain"))
    for entry in entries:
        saved = datetime.fromisoformat(entry["date"]).replace(tzinfo=UTC)
        content_type = CONTENT_TYPES.get(entry["type"], "text/html")
        site.put(entry["url"], Resource.dated((folder / entry["file"]).read_bytes(), content_type, saved))
    return site
