"""The profile of a site without a spider of its own, made of its host and of what earlier runs have found there."""

from collections.abc import Sequence
from datetime import UTC

from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.sites.hosts import domain_of
from ecnscrawl.sites.known_sources import KnownSource
from ecnscrawl.sites.unknown import UnknownSite

#: Any field may be missing on a site. An alarm only compares with what the site's own pages had before.
_NOTHING_EXPECTED = dict.fromkeys(
    ("title", "published_at", "source", "editor", "section", "summary", "body", "images", "videos"), 0.0
)


def news_profile(name: str, known: Sequence[KnownSource] = (), start: str | None = None) -> SiteProfile:
    """Return the profile of a site by its host, with the sources that earlier runs have found.

    `start` is the page to start from, by default the front page.
    """
    discovery, unknown = Discovery(name, known, start), UnknownSite(name)
    return SiteProfile(
        name=name,
        domains=(domain_of(name) or name,),
        zone=UTC,
        is_zone_known=False,
        language=unknown.language,
        fallback_charset=unknown.fallback_charset,
        article_ref=discovery.article_ref,
        sources=discovery.sources(),
        expected_fields=_NOTHING_EXPECTED,
        discovery=discovery,
    )
