"""Which sources of a site a run reads: all those of its profile."""

# ruff: noqa: ARG002 - SourceFinder looks at the arguments

from collections.abc import Iterable, Iterator, Mapping, Sequence

from scrapy.http import Response

from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.known_sources import NamedSource
from ecnscrawl.sites.listing_source import ListingSource


class SiteSources:
    """The sources of a written profile. `SourceFinder` finds those of another site while the run goes on."""

    def is_wanted(self, source: ListingSource) -> bool:
        """Whether a run that begins now reads a source of the profile."""
        return True

    def is_guess(self, source: ListingSource) -> bool:
        """Whether nobody has said that this source exists, so that its absence is no failure."""
        return False

    def is_no_source(self, source: ListingSource, url: str, *, has_entries: bool) -> bool:
        """Whether a guessed source, which led to `url`, is none, or one that is read already."""
        return False

    def note_response(self, source: ListingSource, response: Response) -> None:
        """Note where a source was found, before its links are read."""

    def after_page(
        self,
        source: ListingSource,
        page: ListingPage,
        articles: Sequence[ArticleRef],
        named: Sequence[NamedSource],
    ) -> Iterable[ListingSource]:
        """Note a page that links to these articles and names these sources; return those to read because of it."""
        return ()

    def after_failure(
        self,
        source: ListingSource,
        *,
        has_answered: bool,
        is_missing: bool = False,
    ) -> Iterable[ListingSource]:
        """Note a source that could not be read; return the sources to read instead or because of it."""
        return ()

    def by_plain_http(self, source: ListingSource) -> Iterator[ListingSource]:
        """Yield the source to read in the place of one whose host does not answer by https."""
        return iter(())

    def remembered(self) -> Mapping[str, str]:
        """Return what the state is to remember of the sources, by its name there."""
        return {}
