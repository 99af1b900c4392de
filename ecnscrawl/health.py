"""Whether a run was healthy: a pure function of its figures. The exit status is its verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from ecnscrawl.figures import Figures
from ecnscrawl.visits import Outcome

#: Why Scrapy closed a spider, where that is no reason to worry: it was done, or at a limit that the user set.
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
    "RUN_REQUESTS": "stopped at the most requests of a run, RUN_REQUESTS; the next run goes on",
    "RUN_REDIRECTS": "stopped at the most redirects of a run, RUN_REDIRECTS; the next run goes on",
    "RUN_BYTES": "stopped at the most bytes of a run, RUN_BYTES; the next run goes on",
    "memusage_exceeded": "stopped at the memory limit, MEMUSAGE_LIMIT_MB",
}
LINKS_NOWHERE = "it links to no article"  #: of a single section that may simply have none
_WITH_PAGES = 2  #: a listing of a single page is not cut off by the site, it is short


class Status(StrEnum):
    """What the last line says."""

    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"


@dataclass(frozen=True)
class Thresholds:
    """From where on a run is not healthy; see the settings of the same names."""

    failed_share: float = 0.2
    rejected_share: float = 0.1
    sample: int = 10


@dataclass(frozen=True)
class Sample:
    """A page kept as it was received: a file under `samples/`."""

    file: str
    url: str


@dataclass(frozen=True)
class Alarm:
    """Something for a person to look at."""

    code: str
    message: str
    field: str | None = None
    samples: list[Sample] = dataclass_field(default_factory=list)  #: pages that show it


@dataclass(frozen=True)
class Verdict:
    """The judgement of a run."""

    reasons: list[str] = dataclass_field(default_factory=list)
    alarms: list[Alarm] = dataclass_field(default_factory=list)

    @property
    def status(self) -> Status:
        return Status.UNHEALTHY if self.reasons else Status.HEALTHY

    @property
    def exit_status(self) -> int:
        return 3 if self.reasons else 0


def judge(
    figures: Figures, end: str | None, failure: str | None, thresholds: Thresholds, alarms: Sequence[Alarm] = ()
) -> Verdict:
    """The verdict on a run: each alarm is a reason too.

    `end` is why the crawl was closed, in Scrapy's word, None where it never was; `failure` what kept the
    run from storing.
    """
    reasons = [failure] if failure else []
    if end not in _ENDS and not failure:
        reasons.append(_WORDS.get(end or "", end or "ended before its time"))
    if figures.errors:
        name, _ = figures.errors.most_common(1)[0]
        reasons.append(f"{figures.errors.total()} unexpected errors, mostly {name}; the log has them")
    reasons += [f"{host} was left for this run: {why}" for host, why in figures.hosts_left.items()]
    reasons += _overspending(figures)
    reasons += _listing_reasons(figures)
    reasons += _share_reasons(figures, thresholds)
    return Verdict(reasons + [alarm.message for alarm in alarms], list(alarms))


def _overspending(figures: Figures) -> list[str]:
    if not figures.overspent:
        return []
    (first, requests), more = next(iter(figures.overspent.items())), len(figures.overspent) - 1
    others = f", {more} more listings theirs" if more else ""
    return [f"listing {first} took all of its {requests} requests{others} (LISTING_REQUESTS); the next run goes on"]


def _listing_reasons(figures: Figures) -> list[str]:
    listings = figures.listings
    failed = {name: listing.failure for name, listing in listings.items() if listing.failure}
    only_empty = all(listing.is_missing and listing.failure == LINKS_NOWHERE for listing in listings.values())
    if listings and len(failed) == len(listings) and not (only_empty and len(listings) == 1):
        name, failure = next(iter(failed.items()))
        return [f"no listing could be read, {len(failed)} tried; {name}: {failure}"]
    reasons = [
        f"listing {name} is gone ({listing.failure}), it was there before"
        for name, listing in listings.items()
        if listing.is_missing and listing.was_there
    ]
    short = {name: listing for name, listing in listings.items() if listing.ends_at}
    if short:
        long = {name: listing for name, listing in short.items() if listing.pages >= _WITH_PAGES}
        walked = [name for name, listing in listings.items() if "://" not in name and not listing.failure]
        for name, listing in (long if long or len(short) < len(walked) else short).items():
            reasons.append(f"listing {name} ends at {listing.ends_at}, before since is reached")
    return reasons


def _share_reasons(figures: Figures, thresholds: Thresholds) -> list[str]:
    """Too many errors, where there are enough visits for a share to mean something."""
    reasons = []
    failed, rejected, visits = figures.counts[Outcome.FAILED], figures.counts[Outcome.REJECTED], figures.visits
    most = f", mostly {figures.reasons.most_common(1)[0][0]!r}" if figures.reasons else ""
    if figures.asked_for_urls and visits and failed == visits:
        reasons.append(f"none of the {visits} articles asked for could be had{most}")
    elif visits >= thresholds.sample and failed > thresholds.failed_share * visits:
        reasons.append(f"{failed} of {visits} articles failed{most}")
    if visits >= thresholds.sample and rejected > thresholds.rejected_share * visits:
        reasons.append(f"{rejected} of {visits} articles were rejected{most}")
    return reasons
