"""Find the sources of a site without a profile during a run, and remember them for the next one."""

from collections.abc import Iterator, Sequence

import msgspec
from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.listing_page import ListingPage
from ecnscrawl.crawling.site_sources import SiteSources
from ecnscrawl.network.request_info import is_moved_for_good
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.discovery import Discovery, source_of
from ecnscrawl.sites.known_sources import FACT, KnownSource, NamedSource, SourceKind, encoded
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.sources import FrontPage

_PLAIN, _SECURE = "http://", "https://"
_FRONT_PAGE = "the front page"  #: the name under which it is remembered: its address may change


class SourceFinder(SiteSources):
    """Chooses which sources a run reads, by what earlier runs and this one have found.

    The front page is read in each run, with the feeds and sitemaps that show news; silent ones more and more seldom.
    Sections are read where all of these have shown nothing new for a day.
    """

    def __init__(self, context: CrawlContext, discovery: Discovery) -> None:
        self._context = context
        self._discovery = discovery
        self._known = {source.name: source for source in discovery.known}
        self._attempts: set[str] = set()  #: names of sources at common paths that this run tries
        self._waiting: set[str] = set()  #: sources other than sections whose first page has not come yet
        self._has_begun_sections = False
        self._is_at_home = False  #: the front page was found where it was looked for, or where it has moved for good

    def is_wanted(self, source: ListingSource) -> bool:
        """Whether a run that begins now reads a source of the profile."""
        is_whole = self._context.arguments.ignores_stop_rule
        if self._context.arguments.sections is not None:
            return True
        if source.is_section:
            self._has_begun_sections |= is_whole
            return is_whole
        known = self._known.get(source.name)
        is_wanted = is_whole or known is None or known.is_due(self._now)  # the front page has another key
        if is_wanted:
            self._waiting.add(source.name)
        return is_wanted

    def is_guess(self, source: ListingSource) -> bool:
        """A source at a common path, or a section, of which an address alone says that it is one."""
        return source.name in self._attempts or source.is_section

    def is_no_source(self, source: ListingSource, url: str, *, has_entries: bool) -> bool:
        is_known = any(known.url == url and known.name != source.name for known in self._known.values())
        return source.name in self._attempts and (is_known or not has_entries)

    def note_response(self, source: ListingSource, response: Response) -> None:
        """Note where the front page was found: its scheme is that of all articles."""
        if isinstance(source, FrontPage):
            is_front = self._discovery.move_to(response.url)
            self._is_at_home = is_front and (response.request is None or is_moved_for_good(response.request))

    def after_page(
        self,
        source: ListingSource,
        page: ListingPage,
        articles: Sequence[ArticleRef],
        named: Sequence[NamedSource],
    ) -> Iterator[ListingSource]:
        """Note a page of a source that links to these articles; yield the sources to read because of it."""
        state, run = self._context.run.state, self._context.run.number
        is_new = any(state.first_run(ref.id) in (None, run) for ref in articles)
        if source.name in self._attempts:
            self._attempts.discard(source.name)
            self._add(_kind(source), source.name, page.response.url)
        elif isinstance(source, FrontPage):
            self._note_front_page(source, page, has_articles=bool(articles))
        key = _FRONT_PAGE if isinstance(source, FrontPage) else source.name
        if known := self._known.get(key):
            last_new = self._now if is_new else known.last_new
            found_at = known.found_at if known.last_read else self._now
            self._known[key] = msgspec.structs.replace(known, found_at=found_at, last_read=self._now, last_new=last_new)
        if isinstance(source, FrontPage):
            yield from self._found_by(None if page.is_unchanged else named)
        yield from self._after(source)

    def _note_front_page(self, source: FrontPage, page: ListingPage, *, has_articles: bool) -> None:
        """Remember where the front page is, for later runs, but not that of somebody who only keeps the host."""
        if "url" in self._context.given or not self._is_at_home:
            return
        if page.response.url == source.url or has_articles:
            self._add("front", _FRONT_PAGE, page.response.url)

    def after_failure(
        self, source: ListingSource, *, has_answered: bool, is_missing: bool = False
    ) -> Iterator[ListingSource]:
        """Note a source that could not be read; yield the sources to read instead or because of it."""
        if isinstance(source, FrontPage):
            if known := self._known.get(_FRONT_PAGE):  # perhaps it has moved back: the next run begins at the root
                scheme = known.url.partition("://")[0]
                self._known[_FRONT_PAGE] = msgspec.structs.replace(known, url=f"{scheme}://{self._discovery.name}/")
            yield from self._found_by(None, is_read=False)
        elif source.name in self._attempts:
            self._attempts.discard(source.name)
            if has_answered:
                self._add(_kind(source), source.name, source.url, is_there=False)
        elif is_missing and (known := self._known.get(source.name)):
            self._known[source.name] = msgspec.structs.replace(known, is_there=False)
        yield from self._after(source)

    def by_plain_http(self, source: ListingSource) -> Iterator[ListingSource]:
        """Yield the front page by http, unless an earlier run has read it by https: then the host is only down."""
        known = self._known.get(_FRONT_PAGE)
        if isinstance(source, FrontPage) and source.url.startswith(_SECURE) and known is None:
            self._waiting.discard(source.name)
            yield self._begin(FrontPage(_PLAIN + source.url.removeprefix(_SECURE)))

    def _found_by(self, front: Sequence[NamedSource] | None, *, is_read: bool = True) -> Iterator[ListingSource]:
        """Yield the feeds and sitemaps that are named for the first time, and the common paths not yet tried.

        `front` is what the front page names, None if it was not read.
        """
        if front is not None:
            self._keep_sections({name for kind, name, _ in front if kind == "section"})
        is_whole = self._context.arguments.ignores_stop_rule
        for kind, name, url in self._discovery.named_by(None, self._context.sitemaps) if front is None else front:
            if name not in self._known:
                self._add(kind, name, url)
                if kind != "section" or is_whole:
                    yield self._begin(source_of(kind, name, url))
        for kind, name, url in self._discovery.at_common_paths() if is_read else ():
            known = self._known.get(name)
            if known is None or (is_whole and not known.is_there):
                self._attempts.add(name)
                yield self._begin(source_of(kind, name, url))

    def _begin(self, source: ListingSource) -> ListingSource:
        if not source.is_section:
            self._waiting.add(source.name)
        return source

    def _after(self, source: ListingSource) -> Iterator[ListingSource]:
        """Yield the sections, once, where the first pages of all other sources have come and none shows news."""
        self._waiting.discard(source.name)
        others = [known for known in self._known.values() if known.kind != "section" and known.is_there]
        if self._waiting or self._has_begun_sections or self._context.arguments.sections is not None:
            return
        if all(known.is_quiet(self._now) for known in others):
            self._has_begun_sections = True
            for known in [each for each in self._known.values() if each.kind == "section" and each.is_due(self._now)]:
                yield source_of("section", known.name, known.url)

    def _add(self, kind: SourceKind, name: str, url: str, *, is_there: bool = True) -> None:
        before = self._known.get(name)
        found_at = before.found_at if before else self._now
        new = KnownSource(url=url, kind=kind, name=name, is_there=is_there, found_at=found_at)
        if before is not None:
            new = msgspec.structs.replace(new, last_read=before.last_read, last_new=before.last_new)
        self._known[name] = new

    def _keep_sections(self, names: set[str]) -> None:
        """Forget the sections that the front page no longer links to."""
        self._known = {key: known for key, known in self._known.items() if known.kind != "section" or key in names}

    def remembered(self) -> dict[str, str]:
        """Return what the state is to remember of the sources, by its name there."""
        return {FACT: encoded(self._known.values())}

    @property
    def _now(self) -> int:
        return int(self._context.run.clock().timestamp())


def _kind(source: ListingSource) -> SourceKind:
    return "feed" if source.format == "feed" else "sitemap"
