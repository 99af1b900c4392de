"""What the replica serves: resources with their ready-made answers, and the site that maps addresses to them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, Self
from urllib.parse import urlsplit

HOST = "www.ecns.cn"
ALIASES = {"ecns.cn": HOST}


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as it goes over the wire: `head` ends with the empty line, `body` is empty for a 304."""

    status: int
    head: bytes
    body: bytes = b""

    @classmethod
    def build(cls, status: int, headers: list[tuple[str, str]], body: bytes = b"") -> Self:
        """The response with these header fields and, where it may have a body, its Content-Length."""
        fields = [*headers] if status == HTTPStatus.NOT_MODIFIED else [*headers, ("Content-Length", str(len(body)))]
        lines = [f"HTTP/1.1 {status} {reason(status)}", *(f"{name}: {value}" for name, value in fields)]
        return cls(status, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body)


def reason(status: int) -> str:
    """The standard phrase of a status, also where the number is nobody's standard.

    >>> reason(404), reason(599)
    ('Not Found', 'Unknown')
    """
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


@dataclass(frozen=True)
class Resource:
    """What stands at one address.

    `etag` with its quotes, `last_modified` as an HTTP date, `location` for a redirect (`status` then being a 3xx),
    `delay` in seconds before the answer. `headers` go out after those that the other fields give.
    """

    body: bytes = b""
    content_type: str = "text/html"
    status: int = 200
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    location: str | None = None
    delay: float = 0.0

    @classmethod
    def dated(cls, body: bytes, content_type: str, modified: datetime) -> Self:
        """A resource with both validators: a digest of the body and the time, which must be in UTC."""
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return cls(body, content_type, etag=etag, last_modified=format_datetime(modified, usegmt=True))

    @cached_property
    def answer(self) -> Answer:
        """The full response, made once."""
        headers = [("Content-Type", self.content_type), *self._validators(), *self.headers]
        if self.location is not None:
            headers.append(("Location", self.location))
        return Answer.build(self.status, headers, self.body)

    @cached_property
    def not_modified(self) -> Answer:
        """The 304 that stands for it, made once."""
        return Answer.build(HTTPStatus.NOT_MODIFIED, self._validators())

    def is_unchanged(self, headers: dict[str, str]) -> bool:
        """Whether these request headers (names in lower case) get a 304; If-None-Match goes before, as in RFC 9110."""
        if self.status != HTTPStatus.OK:
            return False
        if (known := headers.get("if-none-match")) is not None:
            return self.etag is not None and (known == self.etag or known.strip() == "*" or self._is_among(known))
        since = headers.get("if-modified-since")
        if since is None or self.last_modified is None:
            return False
        return since == self.last_modified or _is_not_later(self.last_modified, since)

    def _is_among(self, known: str) -> bool:
        own = (self.etag or "").removeprefix("W/")
        return any(tag.strip().removeprefix("W/") == own for tag in known.split(","))

    def _validators(self) -> list[tuple[str, str]]:
        pairs = (("ETag", self.etag), ("Last-Modified", self.last_modified))
        return [(name, value) for name, value in pairs if value is not None]


def _is_not_later(modified: str, since: str) -> bool:
    try:
        return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
    except (TypeError, ValueError):
        return False


NOT_FOUND = Resource(
    b"<!DOCTYPE HTML>\n<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1></body></html>\n",
    status=HTTPStatus.NOT_FOUND,
)


class Site:
    """Addresses and what stands there; scheme and query make no difference, and ecns.cn is www.ecns.cn.

    May be changed from another thread while it is served: each change is a single assignment.
    """

    def __init__(self) -> None:
        self._resources: dict[tuple[str, str], Resource] = {}

    def __len__(self) -> int:
        return len(self._resources)

    def __contains__(self, address: str) -> bool:
        return _key(address) in self._resources

    def addresses(self) -> Iterator[str]:
        """Every address that has a resource, as an https URL, in the order in which they were first put."""
        return (f"https://{host}{path}" for host, path in list(self._resources))

    def put(self, address: str, resource: Resource) -> None:
        """Let `resource` stand at `address`, a whole URL or a path of www.ecns.cn; what stood there is gone."""
        self._resources[_key(address)] = resource

    def remove(self, address: str) -> None:
        """Nothing stands at `address` from now on; KeyError where nothing did before."""
        del self._resources[_key(address)]

    def replace(self, address: str, **changes: Any) -> Resource:
        """Change some fields of the resource at `address`, and give the new one; KeyError where there is none."""
        changed = replace(self._resources[_key(address)], **changes)
        self.put(address, changed)
        return changed

    def resource(self, address: str) -> Resource:
        """What stands at `address`; KeyError where nothing does."""
        return self._resources[_key(address)]

    def find(self, host: str, path: str) -> Resource:
        """What a request for this host (lower case, no port) and path (no query) gets: a 404 where nothing stands."""
        return self._resources.get((ALIASES.get(host, host), path), NOT_FOUND)


def _key(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    host = parts.hostname or HOST
    return ALIASES.get(host, host), parts.path or "/"
