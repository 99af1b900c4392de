"""The canonical address and the id of an article of a site without a profile, from its address and its page alone."""

import hashlib
import re
from urllib.parse import urlsplit

from ecnscrawl.normalize.urls import ArticleRef, kind_of, resolve, to_https
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.generic import GenericPage

#: Parameters of a query that say who sent the reader: utm_source=…, fbclid=…
_TRACKING = re.compile(r"(?:utm_[^=]*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid)(?:=.*)?", re.IGNORECASE)


def ref_of(page: Page) -> ArticleRef:
    """The article's id: host, colon, the first 16 hex digits of the SHA-256 of its canonical address."""
    url = canonical_address(page)
    parts = urlsplit(url)
    return ArticleRef(id=f"{parts.hostname}:{digest_of(url)}", url=url, kind=kind_of(parts.path), day=None)


def digest_of(url: str) -> str:
    """Return what stands in an id for the canonical address."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def canonical_address(page: Page) -> str:
    """The address that the page names as its own, else its address without fragment and tracking parameters.

    A page is not believed that names another host, or the front page, as many a template does.
    """
    requested = page.document.url
    stated = page.canonical() if isinstance(page, GenericPage) else None
    if stated and _is_beside(stated, requested):
        return to_https(stated) if requested.startswith("https://") else stated
    return without_tracking(resolve(requested, requested) or requested)


def without_tracking(url: str) -> str:
    """Return an address without the parameters that say who sent the reader.

    >>> without_tracking("https://example.org/story?id=7&utm_source=app&fbclid=x")
    'https://example.org/story?id=7'
    """
    path, _, query = url.partition("?")
    kept = [parameter for parameter in query.split("&") if parameter and not _TRACKING.fullmatch(parameter)]
    return f"{path}?{'&'.join(kept)}" if kept else path


def _is_beside(stated: str, requested: str) -> bool:
    """Return whether the address is on the same host, apart from `www.`, and is not the front page for an article."""
    one, other = urlsplit(stated), urlsplit(requested)
    same_host = (one.hostname or "").removeprefix("www.") == (other.hostname or "").removeprefix("www.")
    return same_host and (one.path not in ("", "/") or bool(one.query) or other.path in ("", "/"))
