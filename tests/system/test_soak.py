"""Weeks of bad weather in minutes: whatever failed on the way, in the end every article is there, exact and once.

`SOAK_ARTICLES` and `SOAK_SEED` in the environment make it longer, and another one; `make soak` sets them.
"""

import os
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from replica import Fault, LoggedRequest, Replica, Site, StatusFault
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl, Ended
from tests.system.reader import Reader, Record, assert_is_truth
from tests.system.sabotage import KILLED, at_another_time, dying
from tests.system.weather import NOT_CONNECTED, REASONS, Weather

pytestmark = pytest.mark.system

ARTICLES = int(os.environ.get("SOAK_ARTICLES", "200"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
HOUR = 3600
HOPELESS = 5  #: articles that the site never gives, and as many that are gone
EDITS_EVERY = 150  #: requests, then a listing changes under the walk
PART = re.compile(r"page \d+: |(?<=the proxy )127\.0\.0\.1:\d+ ")
NAMED = 50  #: failing addresses in a report, at most
SETTINGS = (
    "-s", "DOWNLOAD_TIMEOUT=10", "-s", "RETRY_BACKOFF=0.05", "-s", "RETRY_BACKOFF_MAX=0.5",
)  # fmt: skip


class Soak:
    """A site in bad weather, and a user whose cron crawls it hour by hour."""

    def __init__(self, replica: Replica, generated: GeneratedSite, crawl: Crawl) -> None:
        self.replica, self.generated, self.crawl = replica, generated, crawl
        self.now = datetime.now(UTC)
        self.weather = Weather(SEED)
        self.reader = Reader(crawl.folder / "articles")
        self.published: list[str] = []
        self._chance = Random(SEED)
        self._break_some_for_ever()
        replica.fault, replica.tunnel_fault = self._fault, self.weather.tunnel_fault

    def run(self, hour: int, crawl: Crawl | None = None, *arguments: str, **environment: str) -> Ended:
        """The crawl of this hour."""
        self.weather.turn(hour)
        crawl = crawl or at_another_time(self.crawl, hour * HOUR)
        ended = crawl.run("-a", "full=1", *SETTINGS, *arguments, timeout=120 + ARTICLES, **environment)
        assert "Traceback" not in ended.err, ended.err
        self.reader.look()
        return ended

    def edit(self, hour: int) -> None:
        """The work of the editors in an hour."""
        at = self.now + timedelta(hours=hour)
        copies = self.generated.duplicate_of
        alone = [id_ for id_ in self.published if id_ not in copies and id_ not in copies.values()]
        for id_ in self._chance.sample(alone, min(3, len(alone))):
            self.generated.correct(id_, at)
        self.published += self.generated.publish(4, at)

    def assert_every_failure_is_counted_once(self) -> None:
        """Of each article asked for in this hour the report says what became of it, and of the failed ones why."""
        report, paths = self.crawl.report, self._paths()
        asked = {path: id_ for path, id_ in paths.items() if path in self.weather.requests}
        failed = {id_ for path, id_ in asked.items() if path not in self.weather.well or id_ in self._gone}
        counts = report["counts"]
        assert sum(counts.values()) == len(set(asked.values()))
        assert counts["failed"] == len(failed)
        assert sum(report["failures"].values()) == len(failed)
        assert {PART.sub("", reason) for reason in report["failures"]} <= {"HTTP 404", NOT_CONNECTED}.union(
            *REASONS.values()
        )
        named = {each["url"] for each in report["failing"]}
        known = {record["url"] for record in map(self.generated.truth.get, failed) if record}
        assert len(named) == min(len(failed), NAMED)
        assert named <= known

    def truth(self) -> dict[str, Record]:
        """The records expected at the end: all that the site ever published."""
        unreachable = {*self._gone, *self._broken}
        return {id_: record for id_, record in self.generated.truth.items() if id_ not in unreachable}

    def _fault(self, request: LoggedRequest) -> Fault | None:
        if self.weather.requests.total() % EDITS_EVERY == EDITS_EVERY - 1 and not self.weather.is_fair:
            self.published += self.generated.publish(2, self.now + timedelta(hours=self.weather.hour))
        return self.weather.fault(request)

    def _break_some_for_ever(self) -> None:
        copies = self.generated.duplicate_of
        alone = [id_ for id_ in self.generated.truth if id_ not in copies and id_ not in copies.values()]
        self._broken, self._gone = (self._chance.sample(alone, HOPELESS) for _ in range(2))
        for path, id_ in self._paths().items():
            if id_ in self._gone:
                self.generated.site.remove(path)
            elif id_ in self._broken:
                self.weather.hopeless[path] = StatusFault(500)

    def _paths(self) -> dict[str, str]:
        """Every path at which a page of an article stands, with its id."""
        return dict(self._each_path())

    def _each_path(self) -> Iterator[tuple[str, str]]:
        for story in list(self.generated.stories.values()):
            for number in range(1, len(story.pages) + 1):
                yield story.page_path(number), f"ecns:{story.cms_id}"


@pytest.fixture
def soak(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Soak:
    generated = GeneratedSite(ARTICLES, seed=SEED, now=datetime.now(UTC) - timedelta(days=3))
    replica = serve(generated.site)
    return Soak(replica, generated, crawl_of(replica))


def test_after_all_kinds_of_bad_weather_every_article_is_there_exact_and_once(soak: Soak) -> None:
    nobody, unknown = "http://127.0.0.1:9", "http://proxy.invalid:3128"
    once = ("-s", "RETRY_TIMES=0")
    assert soak.run(0, None, *once, http_proxy=nobody, https_proxy=nobody).status == 3
    assert soak.run(0, None, *once, HTTPS_PROXY=unknown, https_proxy=unknown).status == 3
    assert soak.reader.records == []

    soak.edit(0)
    assert soak.run(0, dying(soak.crawl, "fsync:4:after")).status == KILLED
    for hour in (1, 2):
        soak.edit(hour)
        soak.run(hour)
        soak.assert_every_failure_is_counted_once()

    soak.edit(3)
    soak.weather.down_after = 40
    ended = soak.run(3, None, "-s", "HOST_MAX_CONSECUTIVE_FAILURES=10")
    assert ended.status == 3
    assert "www.ecns.cn was left" in str(ended.stats["reason"])
    soak.weather.down_after = None

    soak.edit(4)
    soak.run(4, at_another_time(soak.crawl, -2 * HOUR, after_readings=100))
    soak.edit(5)
    soak.run(5)
    soak.assert_every_failure_is_counted_once()

    soak.weather.is_fair = True
    calm = 5 + 30  # what failed again and again is due by then
    soak.run(calm, None, "-a", "recheck=all")
    soak.assert_every_failure_is_counted_once()
    assert_is_truth(soak.reader, soak.truth(), soak.generated.duplicate_of)
    assert soak.run(calm + 1, None, "-a", "recheck=all").stats["file"] == "-"
