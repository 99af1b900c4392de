"""Reports of invented runs, made by the code that writes real ones."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from ecnscrawl.items import Image
from ecnscrawl.monitoring.health import Alarm, HealthVerdict, Sample
from ecnscrawl.monitoring.report import EarlierRuns, RunFacts
from ecnscrawl.monitoring.report import report as build_report
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.pages.document import Source
from ecnscrawl.visits import Outcome
from tests.samples import MORNING, address, article, visit

SECTIONS = (
    "Politics",
    "World",
    "Business",
    "Society",
    "Culture",
    "Sci-tech",
    "Travel",
    "Hong Kong and Macao",
    "Military",
)
LADDER = {
    "title": "layout",
    "published_at": "layout",
    "source": "layout",
    "editor": "layout",
    "section": "layout",
    "summary": "metadata",
}
LAYOUT_LOST = Alarm(
    "layout-lost",
    "title: 0 of 12 from the layout, 12 from metadata, was 100%",
    "title",
    [Sample("20261120T000000Z-000001-title-1.html", address(1).url), Sample("kept.html", address(2).url)],
)


def report(
    number: int,
    *,
    new: int = 3,
    updated: int = 1,
    failed: int = 0,
    rejected: int = 0,
    seconds: int = 95,
    reasons: Sequence[str] = (),
    alarms: Sequence[Alarm] = (),
    section: str | None = None,
) -> dict[str, Any]:
    """The report of an hourly run, number 0 the oldest; healthy where there are neither reasons nor alarms."""
    rng = Random(number)
    started_at = MORNING + timedelta(hours=number)
    stats = RunStats()
    for count in range(new + updated):
        _store(stats, rng, started_at, revision=1 if count < new else 2, section=section)
    counts = {Outcome.UNCHANGED: 140, Outcome.FAILED: failed, Outcome.REJECTED: rejected}
    for outcome, times in counts.items():
        why = ["HTTP 503"] if outcome is Outcome.FAILED else ["no title"] if outcome is Outcome.REJECTED else []
        for each in range(times):
            stats.add(visit(outcome, each, at=started_at, reasons=why))
    stats.requests, stats.bytes_received = 22 + new + updated + failed, 31_000 * (new + updated + 1)
    verdict = HealthVerdict([*reasons, *(alarm.message for alarm in alarms)], list(alarms))
    facts = RunFacts(
        id=f"{started_at:%Y%m%dT%H%M%SZ}-{number:06x}",
        site="ecns",
        started_at=started_at,
        finished_at=started_at + timedelta(seconds=seconds),
    )
    return build_report(facts, stats, verdict, EarlierRuns())


def _store(stats: RunStats, rng: Random, now: datetime, revision: int, section: str | None) -> None:
    """Count a record as the store does; one in ten comes from a page without a layout of its own."""
    age = timedelta(seconds=int(rng.lognormvariate(7.5, 1)))
    extractors = dict.fromkeys(LADDER, "generic") if rng.random() < 0.1 else LADDER
    record = article(
        rng.randrange(10**6),
        revision=revision,
        published_at=to_text(now - age),
        fetched_at=to_text(now),
        section=section or rng.choices(SECTIONS, range(len(SECTIONS), 0, -1))[0],
        source="Xinhua",
        editor="Lin Yao" if rng.random() < 0.9 else None,
        summary="It was late." if rng.random() < 0.4 else None,
        authors=["Zhao Lei"] if rng.random() < 0.1 else [],
        images=[Image("https://image.cns.com.cn/a.jpg")] if rng.random() < 0.6 else [],
    )
    stats.add_record(record, {**extractors, "blocks": "layout"}, Source(record.url, b"<p>x</p>"))
    outcome = Outcome.NEW if revision == 1 else Outcome.UPDATED
    stats.add(visit(outcome, at=now, article=record))


def ordinary(runs: int) -> list[dict[str, Any]]:
    """Return reports of that many hourly runs: a long first one, calm nights, a bad hour now and then."""
    rng = Random(7)
    reports = [
        report(number, new=max(0, int(rng.gauss(6, 4))), updated=rng.choice((0, 0, 1, 2)), seconds=rng.randint(12, 40))
        for number in range(runs)
    ]
    if runs > 60:
        reports[0] = report(0, new=900, updated=0, failed=14, seconds=5400)
        reports[31] = report(
            31, new=2, updated=0, failed=9, seconds=260, reasons=["9 of 31 articles failed, mostly 'HTTP 503'"]
        )
        reports[32] = report(32, new=0, updated=0, failed=2, rejected=3, seconds=48)
        reports[58] = report(58, new=12, alarms=[LAYOUT_LOST])
    return reports


def write(folder: Path, reports: Sequence[dict[str, Any]]) -> None:
    """The reports that the runs would have left in the folder `reports/`."""
    folder.mkdir(parents=True, exist_ok=True)
    for document in reports:
        (folder / f"{document['run']}.json").write_text(json.dumps(document), encoding="utf-8")
