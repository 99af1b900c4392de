"""A site without a profile, as `ecnscrawl.extract` needs it."""

from dataclasses import dataclass, replace
from datetime import tzinfo
from urllib.parse import urlsplit

from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.charset_guess import guessed_charset
from ecnscrawl.pages.document import UNDETERMINED, Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.sites.base import SiteProfile


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
        is_known = self.zone is not None  # see `like`
        guessed = None if charset or is_known else guessed_charset(body)
        return Source(url, body, charset, self.language, guessed or self.fallback_charset)

    @property
    def page_zone(self) -> tzinfo | None:
        """As SiteProfile has it."""
        return self.zone

    @classmethod
    def like(cls, profile: SiteProfile, host: str) -> "UnknownSite":
        """For an address on a known host that is not an article's: the same rules, but named by its host."""
        return cls(host, profile.page_class, profile.zone, profile.language, profile.fallback_charset)

    def named(self, ref: ArticleRef) -> "UnknownSite":
        """The same under the host of the article's canonical address."""
        return replace(self, name=urlsplit(ref.url).hostname or self.name)
