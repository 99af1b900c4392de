"""Judge whether a run was healthy: a pure function of its statistics, which decides the exit status."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum
from typing import Annotated

from msgspec import Meta

from ecnscrawl.monitoring.listing_health import listing_reasons
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds
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
REMOVED = "removed"  #: the finish reason of a run whose site is no longer in the table of `watch`
LEASE_ENDED = "lease ended"  #: that of a run whose site may belong to another worker
#: Finish reasons of a run that was stopped before it was done.
STOPPED = frozenset({"shutdown", REMOVED, LEASE_ENDED})
_WORDS = {
    "shutdown": "stopped by a signal",
    REMOVED: "the site was removed from the table",
    LEASE_ENDED: "the lease of the site has ended, as the database was not heard from for WORKER_LEASE_SECONDS",
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
    reasons += listing_reasons(stats, thresholds)
    reasons += wall_reasons(stats)
    reasons += _share_reasons(stats, thresholds)
    if (missed := stats.rendering.missed) and stats.rendering.missing:
        pages = "1 page is" if missed == 1 else f"{missed} pages are"
        reasons.append(f"{pages} filled in by scripts, and there is no browser: {stats.rendering.missing}")
    if stats.has_found_nothing and not reasons:
        reasons.append(_nothing_found(stats))
    return HealthVerdict([*reasons, *(alarm.message for alarm in alarms), *stats.feed_failures], list(alarms))


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


def wall_reasons(stats: RunStats) -> list[str]:
    """Return the reason for pages that show the same text under different addresses."""
    if not stats.walls:
        return []
    text, _ = stats.walls.most_common(1)[0]
    pages = counted(stats.walls.total(), "page")
    return [f"{pages} show the same text, as a cookie or login wall does, and none is stored; it begins {text!r}"]


def _nothing_found(stats: RunStats) -> str:
    if stats.waiting and not stats.skipped:
        return f"no article was stored so far, and {counted(stats.waiting, 'link')} will be tried again later"
    if not stats.skipped:
        return "no article was found: neither the front page nor a feed or sitemap links to one"
    reason, _ = stats.skipped.most_common(1)[0]
    return f"no article was found: {counted(stats.skipped.total(), 'page')} followed, mostly {reason!r}"


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
    # Not because of an article that is only tried again: it would make run after run unhealthy.
    if not reasons and stats.rejected_at_first and failed + rejected == visits:
        reasons.append(f"none of the {counted(visits, 'article')} visited could be stored{most}")
    return reasons
