"""Export records as IPTC ninjs 3.0 (News in JSON): https://iptc.org/std/ninjs/userguide/."""

from pathlib import Path
from typing import Any

import msgspec
from w3lib.url import safe_url_string

from ecnscrawl.exporters.duckdb import Records

_STANDARD = {
    "name": "ninjs",
    "version": "3.0",
    "schema": "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json",
}
_TYPES = {"article": "text", "photo": "picture", "video": "video"}


def write_ninjs(records: Records, target: Path) -> int:
    """Write the records to `target`, one news item a line; return their number."""
    written = 0
    with target.open("wb") as file:
        for record in records.rows():
            file.write(msgspec.json.encode(to_ninjs(record)) + b"\n")
            written += 1
    return written


def to_ninjs(record: dict[str, Any]) -> dict[str, Any]:
    """Convert a record to a ninjs item without empty keys.

    `firstCreated` is the record's `published_at`, `versionCreated` its `updated_at`.
    """
    item = {
        "uri": safe_url_string(record["url"]),
        "standard": _STANDARD,
        "type": _TYPES[record["kind"]],
        "representationType": "full",
        "version": str(record["revision"]),
        "firstCreated": record["published_at"],
        "versionCreated": record["updated_at"],
        "pubStatus": "usable",
        "language": record["language"],
        "headlines": _texts("main", record["title"]),
        "descriptions": _texts("summary", record["summary"]),
        "bodies": _texts("main", record["body"]),
        "by": ", ".join(record["authors"]),
        "located": record["dateline"],
        "people": _named("author", record["authors"]) + _named("editor", [record["editor"]]),
        "subjects": _named("section", [record["section"]]) + _named("keyword", record["keywords"]),
        "infoSources": _sources("source", record["source"]),
        "associations": [_image(number, image) for number, image in enumerate(record["images"], 1)]
        + [_video(number, video) for number, video in enumerate(record["videos"], 1)],
        "altIds": [{"role": "id", "value": record["id"]}],
    }
    return _known(item)


def _image(number: int, image: dict[str, Any]) -> dict[str, Any]:
    address = safe_url_string(image["url"])
    picture = {
        "name": f"image-{number}",
        "uri": address,
        "type": "picture",
        "descriptions": _texts("caption", image["caption"]),
        "infoSources": _sources("credit", image["credit"]),
        "renditions": [{"name": "main", "href": address}],
    }
    return _known(picture)


def _video(number: int, video: dict[str, Any]) -> dict[str, Any]:
    address = safe_url_string(video["url"])
    poster = [{"name": "poster", "href": safe_url_string(video["poster"])}] if video["poster"] else []
    film = {
        "name": f"video-{number}",
        "uri": address,
        "type": "video",
        "descriptions": _texts("caption", video["caption"]),
        "renditions": [{"name": "main", "href": address}, *poster],
    }
    return _known(film)


def _texts(role: str, text: str | None) -> list[dict[str, str]]:
    return [{"role": role, "contentType": "text/plain", "value": text}] if text else []


def _named(relation: str, names: list[str | None]) -> list[dict[str, str]]:
    return [{"name": name, "rel": relation} for name in names if name]


def _sources(role: str, name: str | None) -> list[dict[str, str]]:
    return [{"name": name, "role": role}] if name else []


def _known(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value}
