"""The record: typed dataclasses, the one definition that loader, validation, JSON and schema share.

A field has a default because a loader fills it step by step; what is required is said by its type, and
`validated` refuses a record in which a default was left standing.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1)]
Time = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", description="UTC, whole seconds")]
Address = Annotated[str, Meta(pattern=r"^https?://[^\s/]+/?\S*$")]
CanonicalAddress = Annotated[str, Meta(pattern=r"^https?://[^/?#\s]+/[^#\s]*$", description="no fragment")]
Id = Annotated[str, Meta(pattern=r"^[a-z0-9._-]+:[A-Za-z0-9._:~-]+$", description="site, colon, the site's own id")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="SHA-256, hexadecimal")]
Kind = Literal["article", "photo", "video"]
Precision = Literal["second", "minute", "day"]
Positive = Annotated[int, Meta(ge=1)]


@dataclass
class Image:
    """A picture of the article."""

    url: Address = ""
    caption: Text | None = None
    credit: Text | None = None


@dataclass
class Video:
    """A video of the article."""

    url: Address = ""
    poster: Address | None = None
    caption: Text | None = None


@dataclass
class Article:
    """One version of one article, in the order of its keys in the file."""

    schema_version: Literal[1] = 1
    id: Id = ""
    revision: Positive = 0
    url: CanonicalAddress = ""
    site: Text = ""
    kind: Kind = "article"
    title: Text = ""
    summary: Text | None = None
    body: Text | None = None
    published_at: Time = ""
    published_precision: Precision = ""  # type: ignore[assignment] # how much of `published_at` was stated
    updated_at: Time | None = None
    fetched_at: Time = ""
    source: Text | None = None
    editor: Text | None = None
    authors: list[Text] = field(default_factory=list)
    dateline: Text | None = None
    section: Text | None = None
    keywords: list[Text] = field(default_factory=list)
    language: Text = ""
    images: list[Image] = field(default_factory=list)
    videos: list[Video] = field(default_factory=list)
    content_hash: Digest = ""
    layout: Text = ""


@dataclass
class ExtractedArticle(Article):
    """An article read from a page of any site, which may not state everything that a stored one must have."""

    title: Text | None = None  # type: ignore[assignment] # the types of a stored one are narrower
    published_at: Time | None = None  # type: ignore[assignment]
    published_precision: Precision | None = None  # type: ignore[assignment]


def content_hash(article: Article) -> str:
    """Hex SHA-256 over what makes two versions different to a reader.

    Title, body, source, and address and caption of each image and video: a new share box, editor or time
    is the same content.
    """
    content = [
        article.title,
        article.body,
        article.source,
        [[image.url, image.caption] for image in article.images],
        [[video.url, video.caption] for video in article.videos],
    ]
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def has_content(article: Article) -> bool:
    """Whether there is anything but a headline, so that an equal hash means a copy."""
    return bool(article.body or article.images or article.videos)


def validated(article: Article) -> Article:
    """The article as the schema has it.

    Raises `msgspec.ValidationError`, which names the field. It goes through plain data because msgspec
    takes an instance for granted.
    """
    return msgspec.convert(msgspec.to_builtins(article), Article)


def to_line(article: Article) -> bytes:
    """The record as one line of JSON, UTF-8, ended by a newline."""
    return msgspec.json.encode(article) + b"\n"


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the record; every key is required, whatever default a loader starts from."""
    document: dict[str, Any] = msgspec.json.schema(Article)
    for definition in document["$defs"].values():
        properties = definition["properties"]
        definition["required"] = list(properties)
        definition["additionalProperties"] = False
        for each in properties.values():
            each.pop("default", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ecnscrawl article"} | document
