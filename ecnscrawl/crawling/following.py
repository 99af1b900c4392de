"""Decide whether a link to an article is followed, and what a redirect means. No state, no clock, no network."""

from datetime import tzinfo
from enum import StrEnum

from ecnscrawl.frontier.records import PendingArticle, StoredArticle
from ecnscrawl.frontier.revisit import is_due
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.visits import FetchResult


class LinkDecision(StrEnum):
    """Whether to follow a link, and if not, why."""

    FOLLOW = "follow"
    OUTSIDE = "published on other days than the user asked for"
    STORED = "stored, and requested again only when it is due"
    WAITING = "failed before, and its next attempt is not due"
    FORGOTTEN = "forgotten on request, and never requested again"


def decide_link(
    ref: ArticleRef,
    stored: StoredArticle | None,
    pending: PendingArticle | None,
    arguments: Arguments,
    *,
    zone: tzinfo,
    now: int,
    backoff: int,
    force: bool = False,
    is_forgotten: bool = False,
) -> LinkDecision:
    """Decide about a link to an article, by what is known of it.

    `now` is in seconds since 1970; `backoff` is the wait before the first new attempt, in seconds. With `force` a
    stored article, and one that was given up, is requested too, but never a forgotten one.
    """
    if is_forgotten:
        return LinkDecision.FORGOTTEN
    if not is_inside(ref, stored, pending, arguments, zone):
        return LinkDecision.OUTSIDE
    if force:
        return LinkDecision.FOLLOW
    if pending is not None:
        due = is_due(pending.next_try, now, pending.attempts, backoff=backoff)
        return LinkDecision.FOLLOW if due else LinkDecision.WAITING
    # An article that was gone and is linked again may be back.
    is_stored = stored is not None and stored.gone_at is None
    return LinkDecision.STORED if is_stored else LinkDecision.FOLLOW


def is_inside(
    ref: ArticleRef,
    stored: StoredArticle | None,
    pending: PendingArticle | None,
    arguments: Arguments,
    zone: tzinfo,
) -> bool:
    """Return whether an article may be within the dates asked for, by its time if known, else by its address."""
    published = stored.published if stored else pending.published if pending else None
    if published is not None:
        return arguments.includes(published, zone)
    return arguments.may_include(ref.day, zone)


def redirect_result(url: str, ref: ArticleRef, part: int, profile: SiteProfile) -> tuple[FetchResult, str] | None:
    """Return result and reason if `url` answered a request for page `part` of an article; None if it is that page."""
    if url == ref.url and part == 1:
        return None
    arrived = profile.article_ref(url)
    if arrived and arrived.id == ref.id and arrived.part == part:
        return None
    if arrived and profile.discovery is not None:
        return None  # its page says what it is
    if profile.is_front_page(url):
        return FetchResult.MISSING, "redirected to the front page"
    return FetchResult.FAILED, f"redirected to {url}"
