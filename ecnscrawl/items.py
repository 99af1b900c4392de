"""The record as dataclasses: the one definition for loading, validation, JSON and schema.

Every field has a default, because a loader fills the fields one by one. The types say which fields are required:
`validated` refuses a record in which a required field still has its default.
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
    """A record: one revision of one article. The fields are in the order of the keys in the files."""

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
    """An article extracted from a page of any site. It may lack values that a stored article must have."""

    title: Text | None = None  # type: ignore[assignment] # required in a stored article
    published_at: Time | None = None  # type: ignore[assignment]
    published_precision: Precision | None = None  # type: ignore[assignment]


def content_hash(article: Article) -> str:
    """Return a SHA-256 (hexadecimal) of the content that a reader sees.

    This is the title, the body, the source, and URL and caption of each image and video. A new editor, time or share
    box does not change it.
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
    """Whether the article has more than a headline. Only then do equal hashes mean a copy."""
    return bool(article.body or article.images or article.videos)


def validated(article: Article) -> Article:
    """Return the article validated against the schema.

    Raises `msgspec.ValidationError`, which names the field. The article is converted to plain data first, because
    msgspec does not validate instances.
    """
    return msgspec.convert(msgspec.to_builtins(article), Article)


def to_dict(article: Article) -> dict[str, Any]:
    """Return the article as a dictionary with a record's keys, in their order; images and videos are dictionaries."""
    plain: dict[str, Any] = msgspec.to_builtins(article)
    return plain


def to_json(article: Article) -> str:
    """Return the article as JSON, as it is in the files; without a newline."""
    return msgspec.json.encode(article).decode()


def to_line(article: Article) -> bytes:
    """Return the record as a line of JSON in UTF-8, with a newline."""
    return msgspec.json.encode(article) + b"\n"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a record. Every key is required, although the fields have defaults."""
    document: dict[str, Any] = msgspec.json.schema(Article)
    for definition in document["$defs"].values():
        properties = definition["properties"]
        definition["required"] = list(properties)
        definition["additionalProperties"] = False
        for each in properties.values():
            each.pop("default", None)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "ecnscrawl article"} | document
