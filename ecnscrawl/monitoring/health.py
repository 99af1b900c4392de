"""Judge whether a run was healthy: a pure function of its statistics, which decides the exit status."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.normalize.text import counted
from ecnscrawl.pages.endings import Ending
from ecnscrawl.visits import Outcome

#: Scrapy's finish reasons that are healthy: the crawl was complete, or it reached a limit that the user set.
_ENDS = {
    "finished",
    "closespider_itemcount",
    "closespider_pagecount",
    "closespider_pagecount_no_item",
    "closespider_timeout",
    "closespider_timeout_no_item",
}
_WORDS = {
    "shutdown": "stopped by a signal",
    "cancelled": "stopped",
    "closespider_errorcount": "stopped after CLOSESPIDER_ERRORCOUNT errors",
    "RUN_MAX_REQUESTS": "stopped at the most requests of a run, RUN_MAX_REQUESTS; the next run goes on",
    "RUN_MAX_REDIRECTS": "stopped at the most redirects of a run, RUN_MAX_REDIRECTS; the next run goes on",
    "RUN_MAX_BYTES": "stopped at the most bytes of a run, RUN_MAX_BYTES; the next run goes on",
    "memusage_exceeded": "stopped at the memory limit, MEMUSAGE_LIMIT_MB",
}


class Status(StrEnum):
    """The status in the report and in the last line."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True)
class Thresholds:
    """Limits beyond which a run is unhealthy; see the settings HEALTH_… and LISTING_MAX_DEAD_LINKS."""

    failed_share: float = 0.2
    rejected_share: float = 0.1
    rendered_share: float = 0.1
    unended_share: float = 0.1
    sample: int = 10
    dead_links: int = 200


@dataclass(frozen=True)
class Sample:
    """A page saved as it was received, in a file under `samples/`."""

    file: Annotated[str, Meta(pattern=r"^[^/\\]+$")]  #: a name, not a path, so that no report can link elsewhere
    url: str


@dataclass(frozen=True)
class Alarm:
    """A problem that a person should look at."""

    code: str
    message: str
    field: str | None = None
    samples: list[Sample] = dataclass_field(default_factory=list)  #: pages that show the problem


@dataclass(frozen=True)
class HealthVerdict:
    """The result of judging a run: healthy, or unhealthy for these reasons."""

    reasons: list[str] = dataclass_field(default_factory=list)
    alarms: list[Alarm] = dataclass_field(default_factory=list)

    @property
    def status(self) -> Status:
        return Status.UNHEALTHY if self.reasons else Status.HEALTHY

    @property
    def exit_status(self) -> int:
        return 3 if self.reasons else 0


def judge_health(
    stats: RunStats, end: str | None, failure: str | None, thresholds: Thresholds, alarms: Sequence[Alarm] = ()
) -> HealthVerdict:
    """Return the verdict on a run. Each alarm is also a reason.

    `end` is Scrapy's finish reason, or None if the crawl was never closed. `failure` says why the run could not store
    articles.
    """
    reasons = [failure] if failure else []
    if end not in _ENDS and not failure:
        reasons.append(_WORDS.get(end or "", end or "ended too early"))
    if stats.errors:
        name, _ = stats.errors.most_common(1)[0]
        reasons.append(f"{counted(stats.errors.total(), 'unexpected error')}, mostly {name}; the log has them")
    reasons += [f"{host} was left for this run: {why}" for host, why in stats.hosts_left.items()]
    reasons += [*_overspending(stats), *_dead_ends(stats, thresholds)]
    reasons += _listing_reasons(stats, thresholds)
    reasons += _share_reasons(stats, thresholds)
    if (missed := stats.rendering.missed) and stats.rendering.missing:
        pages = "1 page is" if missed == 1 else f"{missed} pages are"
        reasons.append(f"{pages} filled in by scripts, and there is no browser: {stats.rendering.missing}")
    return HealthVerdict([*reasons, *(alarm.message for alarm in alarms), *stats.feed_failures], list(alarms))


def _overspending(stats: RunStats) -> list[str]:
    if not stats.overspent:
        return []
    (first, requests), more = next(iter(stats.overspent.items())), len(stats.overspent) - 1
    others = f", {counted(more, 'more listing')} theirs" if more else ""
    allowed = counted(requests, "request")
    return [f"listing {first} wanted more than its {allowed}{others} (LISTING_MAX_REQUESTS); the next run goes on"]


def _dead_ends(stats: RunStats, thresholds: Thresholds) -> Iterator[str]:
    if left := sorted(stats.listings_left):
        others = f" and {counted(len(left) - 1, 'more listing')}" if len(left) > 1 else ""
        verb = "were" if len(left) > 1 else "was"
        links = counted(thresholds.dead_links, "link")
        yield (
            f"listing {left[0]}{others} {verb} left for this run: {links} in a row led nowhere (LISTING_MAX_DEAD_LINKS)"
        )


def rendering_alarm(stats: RunStats, thresholds: Thresholds) -> Alarm | None:
    """Return an alarm if so many articles needed a browser that the site may have changed to scripts."""
    rendered, came = stats.rendering.articles, stats.rendering.articles_read
    if stats.rendering.mode != "auto" or came < thresholds.sample or rendered <= thresholds.rendered_share * came:
        return None
    articles = f"{rendered} of {counted(came, 'article')}"
    return Alarm("rendered", f"{articles} came empty and had to be rendered by a browser", "body")


def ending_alarms(stats: RunStats, thresholds: Thresholds) -> dict[Ending, Alarm]:
    """Return alarms if so many articles show no end that the site may have changed, or cuts off its responses."""
    came = stats.endings.total()
    words = {
        Ending.UNMARKED: ("end-mark-missing", "came without their layout's end mark: perhaps a redesign"),
        Ending.UNSEEN: ("end-not-seen", "show no end, each in two copies that are the same"),
    }
    return {
        ending: Alarm(code, f"{number} of {came} articles {what}")
        for ending, (code, what) in words.items()
        if came >= thresholds.sample and (number := stats.endings[ending]) > thresholds.unended_share * came
    }


def _listing_reasons(stats: RunStats, thresholds: Thresholds) -> list[str]:
    listings = stats.listings
    failed = {name: listing.failure for name, listing in listings.items() if listing.failure}
    is_one_without_articles = [listing.is_empty for listing in listings.values()] == [True]  # a section may be empty
    if listings and len(failed) == len(listings) and not is_one_without_articles:
        name, failure = next(iter(failed.items()))
        return [f"no listing could be read, {len(failed)} tried; {name}: {failure}"]
    return [*_unread(stats, thresholds), *_gone(stats), *_short(stats)]


def _unread(stats: RunStats, thresholds: Thresholds) -> Iterator[str]:
    """Yield a reason if too many existing listings could not be read, so that new articles may have been missed."""
    listings = stats.listings
    unread = [(name, each.failure) for name, each in listings.items() if each.failure and not each.is_missing]
    if len(listings) >= thresholds.sample and len(unread) > thresholds.failed_share * len(listings):
        yield f"{len(unread)} of {counted(len(listings), 'listing')} could not be read; {unread[0][0]}: {unread[0][1]}"


def _gone(stats: RunStats) -> Iterator[str]:
    gone = [(name, each) for name, each in stats.listings.items() if each.is_missing and each.was_there]
    if len(gone) == 1:
        yield f"listing {gone[0][0]} is gone ({gone[0][1].failure}), it was there before"
    elif gone:
        yield (
            f"{len(gone)} listings are gone that were there before:"
            f" {gone[0][0]} ({gone[0][1].failure}) and {len(gone) - 1} more"
        )


def _short(stats: RunStats) -> Iterator[str]:
    """Yield a reason if no listing or feed goes back to `since`, so that articles may be missing."""
    if not _is_reached(stats):
        yield from (f"no listing or feed reaches back to since: {words}" for words in _short_listings(stats))


def notes(stats: RunStats) -> list[str]:
    """Return warnings about listings that do not go back to `since` although another listing or feed does."""
    return [f"{words}; others reach back to since" for words in _short_listings(stats) if _is_reached(stats)]


def _is_reached(stats: RunStats) -> bool:
    """Whether a listing or feed goes back to `since`, or might do so if `max_pages` had not ended it."""
    return any(each.reaches_since or each.is_limited for each in stats.listings.values())


def _short_listings(stats: RunStats) -> Iterator[str]:
    """Yield a phrase about the listings that end too early. If there are several, it names the longest only."""
    short = sorted((each.ends_at, name) for name, each in stats.listings.items() if each.ends_at)
    if len(short) == 1:
        yield f"listing {short[0][1]} ends at {short[0][0]}"
    elif short:
        yield f"{len(short)} listings end before it, the longest, {short[0][1]}, at {short[0][0]}"


def _share_reasons(stats: RunStats, thresholds: Thresholds) -> list[str]:
    """Return reasons for too many failed or rejected articles, if there were enough articles for a share to count."""
    failed, rejected, visits = stats.counts[Outcome.FAILED], stats.counts[Outcome.REJECTED], stats.visits
    most = f", mostly {stats.reasons.most_common(1)[0][0]!r}" if stats.reasons else ""
    if stats.asked_for_urls and visits and failed + rejected == visits:
        return [f"none of the {counted(visits, 'article')} requested could be fetched{most}"]
    reasons = []
    if visits >= thresholds.sample and failed > thresholds.failed_share * visits:
        reasons.append(f"{failed} of {counted(visits, 'article')} failed{most}")
    if visits >= thresholds.sample and rejected > thresholds.rejected_share * visits:
        reasons.append(f"{rejected} of {counted(visits, 'article')} rejected{most}")
    return reasons
