"""The rules of the contract for every record and every published file."""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

SCHEMA = json.loads((Path(__file__).parent.parent.parent / "ecnscrawl" / "article.schema.json").read_bytes())
KEYS = (
    "schema_version", "id", "revision", "url", "site", "kind", "title", "summary", "body", "published_at",
    "published_precision", "updated_at", "fetched_at", "source", "editor", "authors", "dateline", "section", "keywords", "language", "images", "videos",
    "content_hash", "layout",
)  # fmt: skip
FILE_NAME = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}\.jsonl")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
CANONICAL = re.compile(r"https://www\.ecns\.cn/(?!m/)[^?#\s]*")
# Control, zero-width and bidirectional formatting characters.
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
FURNITURE = re.compile(r"ECNS App Download|Most popular in 24h|Back to top|</?[a-z]+[ >]")


def breaches(file: Path) -> Iterator[str]:
    """Return the rules that a published file breaks; [] if it breaks none."""
    content = file.read_bytes()
    if not FILE_NAME.fullmatch(file.name):
        yield f"{file.name} is not a name of a published file"
    if not content.endswith(b"\n") or b"\r" in content or content.startswith(b"\xef\xbb\xbf"):
        yield f"{file.name} is empty, torn, or has a BOM or other line ends"
    for number, line in enumerate(content.decode().split("\n")[:-1], 1):
        yield from (f"line {number}: {breach}" for breach in breaches_of(json.loads(line)))


def breaches_of(record: dict[str, Any]) -> Iterator[str]:
    """Return the rules that a record breaks."""
    if tuple(record) != KEYS:
        yield f"its keys are {list(record)}"
        return
    for error in Draft202012Validator(SCHEMA).iter_errors(record):
        yield f"{error.json_path}: {error.message}"
    for path, text in _texts(record):
        paragraphs = text.split("\n\n") if path == "body" else [text]
        if any(not each or INVISIBLE.search(each) or each != " ".join(each.split()) for each in paragraphs):
            yield f"{path} is empty, not collapsed, or holds what is not to be seen: {text!r}"
        if FURNITURE.search(text):
            yield f"{path} holds what is not the article's: {text!r}"
    yield from _breaches_of_media(record)
    if not CANONICAL.fullmatch(record["url"]):
        yield f"url {record['url']} is not canonical"
    for key in ("published_at", "updated_at", "fetched_at"):
        if record[key] is not None and not _is_plausible(record[key]):
            yield f"{key} {record[key]} is not plausible"
    if record["published_precision"] == "day" and not record["published_at"].endswith("T00:00:00Z"):
        yield f"published_at {record['published_at']} is not a day"
    if record["content_hash"] != digest(record):
        yield "content_hash is not the digest of the content"


def digest(record: dict[str, Any]) -> str:
    """SHA-256 over title, body, source, images and videos (addresses and captions), as JSON without blanks."""
    media = [[[each["url"], each["caption"]] for each in record[key]] for key in ("images", "videos")]
    content = [record["title"], record["body"], record["source"], *media]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def without(record: dict[str, Any], keys: Sequence[str] = ("fetched_at", "content_hash")) -> dict[str, Any]:
    """Return the record without the values that cannot be known in advance."""
    return {key: value for key, value in record.items() if key not in keys}


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a record, with where it stands."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _texts(each, f"{path}[{number}]")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _texts(each, f"{path}.{key}".removeprefix("."))


def _breaches_of_media(record: dict[str, Any]) -> Iterator[str]:
    paragraphs = (record["body"] or "").split("\n\n")
    for key, keys in (("images", ["url", "caption", "credit"]), ("videos", ["url", "poster", "caption"])):
        for each in record[key]:
            if list(each) != keys or not each["url"].startswith("https://"):
                yield f"{key} holds {each}"
            elif each["caption"] in paragraphs:
                yield f"a caption is a paragraph of the body too: {each['caption']!r}"


def _is_plausible(text: str) -> bool:
    if not TIME.fullmatch(text):
        return False
    moment = datetime.fromisoformat(text)
    return datetime(2000, 1, 1, tzinfo=UTC) <= moment <= datetime.now(UTC) + timedelta(days=1)
