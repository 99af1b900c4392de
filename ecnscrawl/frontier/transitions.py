"""Decide what an outcome changes in the state: pure functions, from what was known and seen to a list of changes.

| outcome | what is stored under the id | changes |
| --- | --- | --- |
| new, updated | any | write the record; note the return of an article that was gone |
| duplicate | any | add an alias of the original |
| unchanged | an article | mark it checked; note the return of one that was gone |
| gone | an article | mark it gone and note that; pending again if it was gone already |
| gone | nothing | as failed: the link leads nowhere |
| failed, rejected | an article | mark it checked, unless it is gone; pending, with the next try |
| failed, rejected | nothing | pending, with the next try |
| skipped | an article | mark it checked |
| skipped | nothing | given up at once: it is not requested again |
| outside | nothing | pending, with its time of publication, for a run that asks for that day |

Where a page names another address as its own, the one that was requested is given up when the article is stored.

Times are whole seconds since 1970, UTC.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from msgspec.structs import replace

from ecnscrawl.frontier.changes import (
    AddAlias,
    Change,
    MarkPending,
    NoteGone,
    NoteReturn,
    SetListingIfUnknown,
    UpdateArticle,
    WriteRecord,
    WriteReject,
)
from ecnscrawl.frontier.outcomes import Outcome
from ecnscrawl.frontier.records import CacheValidators, PendingArticle, StoredArticle, other_address_reason
from ecnscrawl.frontier.revisit import next_check, next_try
from ecnscrawl.items import Article
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef


@dataclass(frozen=True, slots=True)
class Limits:
    """When an article is checked again, and when a link that failed is tried again; see the settings of these names."""

    recheck_ages: Sequence[int]  #: seconds, ascending
    pending_attempts: int
    pending_backoff: int  #: seconds


class Before(msgspec.Struct, frozen=True):
    """What the state knows of an id before the change."""

    stored: StoredArticle | None = None
    pending: PendingArticle | None = None


class Seen(msgspec.Struct, frozen=True):
    """What a visit saw of an article."""

    link: ArticleRef
    at: int
    run: int  #: the run's number
    listing: str | None = None  #: where the link was found
    article: Article | None = None  #: as read
    original: str | None = None  #: the id under which the same content is stored, if this is a duplicate
    parts: tuple[CacheValidators, ...] = ()  #: what to ask its pages with next time
    reasons: tuple[str, ...] = ()  #: why it failed, or was rejected
    requested: ArticleRef | None = None  #: another address of the same article, which was requested


def changes(outcome: Outcome, before: Before, seen: Seen, limits: Limits) -> tuple[Change, ...]:
    """Return what a visit changes, in the order in which it is to be carried out, in one transaction."""
    return tuple(_changes(outcome, before, seen, limits))


def _changes(outcome: Outcome, before: Before, seen: Seen, limits: Limits) -> Iterator[Change]:
    stored = before.stored
    match outcome:
        case Outcome.NEW | Outcome.UPDATED:
            yield from _return(stored, seen.at)
            yield WriteRecord(_as_read(before, seen, limits))
        case Outcome.DUPLICATE:
            yield AddAlias(replace(_as_read(before, seen, limits), alias_of=seen.original, revision=0))
        case Outcome.UNCHANGED:
            if stored:
                yield from _return(stored, seen.at)
                checked = _checked(stored, seen.at, limits)
                yield UpdateArticle(replace(checked, parts=seen.parts or stored.parts, gone_at=None))
        case Outcome.GONE if stored:
            yield from _gone(stored, before, seen, limits)
        case Outcome.GONE | Outcome.FAILED | Outcome.REJECTED:
            yield from _failed(outcome, before, seen, limits)
        case Outcome.OUTSIDE:
            if not stored:
                article, pending = _article(seen), _pending(before, seen)
                at, precision = _seconds(article.published_at), article.published_precision
                yield MarkPending(replace(pending, published_at=at, published_precision=precision, next_try=0))
        case Outcome.SKIPPED if stored:
            yield UpdateArticle(_checked(stored, seen.at, limits))
        case Outcome.SKIPPED:
            yield MarkPending(replace(_pending(before, seen), next_try=None, reason="; ".join(seen.reasons)))
        case Outcome.READ:
            raise ValueError(f"{seen.link.url}: no pipeline has decided its outcome")
    if seen.requested and outcome in (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE):
        yield MarkPending(_given_up(seen.requested, seen, other_address_reason(seen.link.url)))


def _given_up(link: ArticleRef, seen: Seen, reason: str) -> PendingArticle:
    return PendingArticle(link.id, link.url, seen.listing, seen.at, seen.run, next_try=None, reason=reason)


def _gone(stored: StoredArticle, before: Before, seen: Seen, limits: Limits) -> Iterator[Change]:
    gone_at = seen.at if stored.gone_at is None else stored.gone_at
    yield UpdateArticle(replace(stored, last_checked=seen.at, next_check=None, gone_at=gone_at))
    if stored.alias_of is None:  # no file has the id of an alias
        yield NoteGone(stored, seen.at)
    if stored.gone_at is not None:  # a listing still shows it, so it is tried again, but ever more seldom
        yield MarkPending(_after_failure(before, seen, limits))


def _failed(outcome: Outcome, before: Before, seen: Seen, limits: Limits) -> Iterator[Change]:
    stored = before.stored
    if outcome is Outcome.REJECTED:
        yield WriteReject(seen.reasons)
    if stored and stored.gone_at is None:  # of a gone one the last check stays the one that found it gone
        yield UpdateArticle(_checked(stored, seen.at, limits))
    yield MarkPending(_after_failure(before, seen, limits))


def link_changes(
    link: ArticleRef,
    listing: str,
    *,
    is_known: bool,
    pending: PendingArticle | None,
    stated: StatedTime | None,
    at: int,
    run: int,
) -> tuple[Change, ...]:
    """Return what a link in a listing changes. It is known if it is stored or pending.

    `stated` is the time of publication that a feed gives. It is stored for a pending article, because its page may
    have none, and replaces a stored day without a time.
    """
    if not is_known:
        return (MarkPending(_with_time(PendingArticle(link.id, link.url, listing, at, run), stated)),)
    found = SetListingIfUnknown(link.id, listing)
    if pending and stated and (pending.published is None or pending.published.precision == "day"):
        return found, MarkPending(_with_time(pending, stated))
    return (found,)


def _with_time(pending: PendingArticle, stated: StatedTime | None) -> PendingArticle:
    if stated is None:
        return pending
    return replace(pending, published_at=int(stated.at.timestamp()), published_precision=stated.precision)


def _return(stored: StoredArticle | None, at: int) -> Iterator[Change]:
    if stored and stored.gone_at is not None and stored.alias_of is None:
        yield NoteReturn(stored, at)


def _as_read(before: Before, seen: Seen, limits: Limits) -> StoredArticle:
    """Return what is known of an article that was just read; where it was first seen stays."""
    article = _article(seen)
    first = before.stored or before.pending
    fetched_at, published_at = _seconds(article.fetched_at), _seconds(article.published_at)
    return StoredArticle(
        id=article.id,
        url=article.url,
        listing=first.listing if first else seen.listing,
        content_hash=bytes.fromhex(article.content_hash),
        revision=article.revision,
        alias_of=None,
        published_at=published_at,
        first_seen=first.first_seen if first else fetched_at,
        first_run=first.first_run if first else seen.run,
        last_checked=fetched_at,
        next_check=next_check(published_at, fetched_at, limits.recheck_ages),
        parts=seen.parts,
        gone_at=None,
        published_precision=article.published_precision,
    )


def _checked(stored: StoredArticle, at: int, limits: Limits) -> StoredArticle:
    return replace(stored, last_checked=at, next_check=next_check(stored.published_at, at, limits.recheck_ages))


def _after_failure(before: Before, seen: Seen, limits: Limits) -> PendingArticle:
    pending = _pending(before, seen)
    attempts = pending.attempts + 1
    again = next_try(seen.at, attempts, limit=limits.pending_attempts, backoff=limits.pending_backoff)
    return replace(pending, attempts=attempts, next_try=again, reason="; ".join(seen.reasons))


def _pending(before: Before, seen: Seen) -> PendingArticle:
    link = seen.link
    return before.pending or PendingArticle(link.id, link.url, seen.listing, seen.at, seen.run)


def _article(seen: Seen) -> Article:
    if seen.article is None:
        raise ValueError(f"{seen.link.url}: a visit without a record has this outcome")
    return seen.article


def _seconds(text: str) -> int:
    return int(timestamps.from_text(text).timestamp())
