"""The site that the replica serves: a mapping from URLs to resources with their prepared answers."""

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
ECNS_HOSTS = (HOST, "ecns.cn")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as sent: `head` ends with the empty line, `body` is empty for a 304."""

    status: int
    head: bytes
    body: bytes = b""

    @classmethod
    def build(cls, status: int, headers: list[tuple[str, str]], body: bytes = b"") -> Self:
        """Build a response with these headers and, if it may have a body, its Content-Length."""
        fields = [*headers] if status == HTTPStatus.NOT_MODIFIED else [*headers, ("Content-Length", str(len(body)))]
        lines = [f"HTTP/1.1 {status} {reason(status)}", *(f"{name}: {value}" for name, value in fields)]
        return cls(status, ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"), body)


def reason(status: int) -> str:
    """Return the standard phrase of a status, `Unknown` for a number without one.

    >>> reason(404), reason(599)
    ('Not Found', 'Unknown')
    """
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


@dataclass(frozen=True)
class Resource:
    """The content of a URL.

    `etag` includes its quotes, `last_modified` is an HTTP date, `location` is the target of a redirect (with a 3xx
    `status`), `delay` is in seconds. `headers` are sent after the headers of the other fields.
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
        """Create a resource with an ETag, from a digest of the body, and Last-Modified; `modified` must be in UTC."""
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
        """The 304 response for it, made once."""
        return Answer.build(HTTPStatus.NOT_MODIFIED, self._validators())

    def is_unchanged(self, headers: dict[str, str]) -> bool:
        """Whether these request headers (names in lower case) get a 304; If-None-Match comes first, as in RFC 9110."""
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
    """A mapping from URLs to resources. The scheme is ignored; a path without a host is on the site's first host.

    Requests to its other hosts get the resources of the first one. It may be changed from another thread while it is
    served: each change is a single assignment.
    """

    def __init__(self, *hosts: str, has_queries: bool = False) -> None:
        """`has_queries`: another query is another resource; else queries are ignored."""
        self.hosts = hosts or ECNS_HOSTS
        self._has_queries = has_queries
        self._resources: dict[tuple[str, str, str], Resource] = {}

    def __len__(self) -> int:
        return len(self._resources)

    def __contains__(self, address: str) -> bool:
        return self._key(address) in self._resources

    def addresses(self) -> Iterator[str]:
        """Yield each address that has a resource, as an https URL, in the order in which they were added."""
        return (f"https://{host}{path}{query and '?'}{query}" for host, path, query in list(self._resources))

    def put(self, address: str, resource: Resource) -> None:
        """Set the resource at `address`, an absolute URL or a path on the first host."""
        self._resources[self._key(address)] = resource

    def remove(self, address: str) -> None:
        """Remove the resource at `address`. Raises KeyError if there is none."""
        del self._resources[self._key(address)]

    def replace(self, address: str, **changes: Any) -> Resource:
        """Change fields of the resource at `address` and return the new one. Raises KeyError if there is none."""
        changed = replace(self._resources[self._key(address)], **changes)
        self.put(address, changed)
        return changed

    def resource(self, address: str) -> Resource:
        """Return the resource at `address`. Raises KeyError if there is none."""
        return self._resources[self._key(address)]

    def find(self, host: str, path: str, query: str = "") -> Resource:
        """Return the resource for a host (lower case, no port), a path and a query, or a 404."""
        return self._resources.get((self._first(host), path, query if self._has_queries else ""), NOT_FOUND)

    def _key(self, address: str) -> tuple[str, str, str]:
        parts = urlsplit(address)
        host = parts.hostname or self.hosts[0]
        return self._first(host), parts.path or "/", parts.query if self._has_queries else ""

    def _first(self, host: str) -> str:
        return self.hosts[0] if host in self.hosts else host
