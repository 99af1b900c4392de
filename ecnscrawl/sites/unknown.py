"""A site without a profile. Articles are identified from the address and the page alone."""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import tzinfo
from urllib.parse import urlsplit

from ecnscrawl.normalize.urls import ArticleRef, kind_of, resolve, to_https
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.document import UNDETERMINED, Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.sites.base import SiteProfile

#: Parameters of a query that say who sent the reader: utm_source=…, fbclid=…
_TRACKING = re.compile(r"(?:utm_[^=]*|fbclid|gclid|dclid|msclkid|mc_cid|mc_eid)(?:=.*)?", re.IGNORECASE)


@dataclass(frozen=True)
class UnknownSite:
    """What is needed to read a page of a site that has no profile."""

    name: str  #: its host
    page_class: type[Page] = GenericPage
    zone: tzinfo | None = None  #: with None, times without a zone of their own are ignored
    language: str = UNDETERMINED
    fallback_charset: str | None = "gb18030"  # used only if the bytes give Chinese; its pages often do not name it

    def source(self, url: str, body: bytes, charset: str | None = None) -> Source:
        """As SiteProfile has it."""
        return Source(url, body, charset, self.language, self.fallback_charset)

    @classmethod
    def like(cls, profile: SiteProfile, host: str) -> "UnknownSite":
        """For an address on a known host that is not an article's: the same rules, but named by its host."""
        return cls(host, profile.page_class, profile.zone, profile.language, profile.fallback_charset)

    def named(self, ref: ArticleRef) -> "UnknownSite":
        """The same under the host of the article's canonical address."""
        return replace(self, name=urlsplit(ref.url).hostname or self.name)


def ref_of(page: Page) -> ArticleRef:
    """The article's id: host, colon, the first 16 hex digits of the SHA-256 of its canonical address."""
    url = _canonical(page)
    parts = urlsplit(url)
    digest = hashlib.sha256(url.encode()).hexdigest()[:16]
    return ArticleRef(id=f"{parts.hostname}:{digest}", url=url, kind=kind_of(parts.path), day=None)


def _canonical(page: Page) -> str:
    """The address that the page names as its own, else its address without fragment and tracking parameters.

    A page is not believed that names another host, or the front page, as many a template does.
    """
    asked = page.document.url
    stated = page.canonical() if isinstance(page, GenericPage) else None
    if stated and _is_beside(stated, asked):
        return to_https(stated) if asked.startswith("https://") else stated
    path, _, query = (resolve(asked, asked) or asked).partition("?")
    kept = [parameter for parameter in query.split("&") if parameter and not _TRACKING.fullmatch(parameter)]
    return f"{path}?{'&'.join(kept)}" if kept else path


def _is_beside(stated: str, asked: str) -> bool:
    """Return whether the address is on the same host, apart from `www.`, and is not the front page for an article."""
    one, other = urlsplit(stated), urlsplit(asked)
    same_host = (one.hostname or "").removeprefix("www.") == (other.hostname or "").removeprefix("www.")
    return same_host and (one.path not in ("", "/") or bool(one.query) or other.path in ("", "/"))
