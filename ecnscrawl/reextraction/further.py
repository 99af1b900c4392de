"""Of which article a response may be a further page: its address says it, or the archive, as far as either knows.

A written profile knows it by the address. The archive of a crawl names the article. In other archives the address only
says which page the response would be if the article had several pages; whether it has them, its first page says.
"""

import re
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from ecnscrawl.network.request_info import RequestKind
from ecnscrawl.normalize.urls import ArticleRef, resolve
from ecnscrawl.pages.generic.paging import article_key, further_page
from ecnscrawl.pages.link_shapes import has_article_shape
from ecnscrawl.reextraction.http import split_head
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.storage.archive.reader import ArchivedResponse

#: Statuses that lead to another address. Of the others from 300 on, 304 says that the page is there.
REDIRECTS = (301, 302, 303, 307, 308)
_NUMBER = re.compile(r"[2-9]|[1-9][0-9]{1,2}")  # of a further page


class Otherwise(StrEnum):
    """What a response is if no first page names it."""

    ARTICLE = "an article of its own"
    PART = "a further page whose article is not there"
    NOTHING = "nothing"


class FurtherPage(msgspec.Struct, frozen=True, array_like=True):
    """What a response is by its address, if the article's first page names it."""

    key: str  #: of the article
    number: int  #: of the page
    otherwise: Otherwise


def part_of(response: ArchivedResponse, profile: SiteProfile) -> ArticleRef | None:
    """Return the reference of a further page of which the archive says to which article it belongs."""
    number, _, url = (response.part or "").partition(" ")
    ref = profile.article_ref(url) if profile.discovery and _NUMBER.fullmatch(number) else None
    return replace(ref, part=int(number)) if ref else None


def key_of(ref: ArticleRef, profile: SiteProfile) -> str:
    """Return the key by which the pages of an article are joined."""
    return article_key(ref.url) if profile.discovery else ref.id


def further_page_of(response: ArchivedResponse, ref: ArticleRef, profile: SiteProfile) -> FurtherPage | None:
    """Return which page of which article a response may be; None if it is clear whether it is one."""
    if profile.discovery is None or ref.part > 1 or response.purpose not in (None, RequestKind.PART):
        return None
    found = further_page(ref.url)
    if found is None:
        return None
    if response.purpose is not None:
        return FurtherPage(*found, Otherwise.PART)
    return FurtherPage(*found, Otherwise.ARTICLE if has_article_shape(response.url) else Otherwise.NOTHING)


def is_page_of_article(url: str) -> bool:
    """Whether an address looks like that of an article, or of a further page of one."""
    if has_article_shape(url):
        return True
    found = further_page(url)
    return found is not None and has_article_shape(f"https://{found[0]}")


def is_followed(response: ArchivedResponse, ref: ArticleRef, profile: SiteProfile) -> bool:
    """Whether a further page stands where its redirect leads. Otherwise the redirect ends the pager, as in a crawl."""
    headers, _ = split_head(response.block)
    url = resolve(response.url, headers.get("location", [""])[0])
    target = profile.article_ref(url) if url else None
    if target is None or response.part is not None:  # a crawl takes whatever page of the site it was led to
        return target is not None
    if profile.discovery is None:
        return (target.id, target.part) == (ref.id, ref.part)
    return further_page(target.url) == further_page(ref.url)


def shard_key(ref: ArticleRef, profile: SiteProfile) -> str:
    """Return what all pages of an article have in common, whatever else their addresses may be."""
    if profile.discovery is None:
        return ref.id
    key = article_key(ref.url)
    while found := further_page(f"https://{key}"):
        key = found[0]
    return key
