"""The main job with generated sites of a hundred articles and more, whose records are known in advance."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replica import Replica
from replica.generated_site import GeneratedSite
from replica.story import Record
from tests.system.crawling import Crawl, Ended
from tests.system.promises import breaches, without

pytestmark = pytest.mark.system

ARTICLES = 300
NOW = datetime(2026, 11, 20, tzinfo=UTC)  # fixed, so that the site is the same one tomorrow


@dataclass(frozen=True)
class Job:
    """A main job that has run over a generated site."""

    generated: GeneratedSite
    crawl: Crawl
    ended: Ended
    asked: Counter[str]

    @property
    def twins(self) -> set[frozenset[str]]:
        """The pairs of ids of which one is to be stored."""
        return {frozenset(pair) for pair in self.generated.duplicate_of.items()}


def run(generated: GeneratedSite, data: Path, *arguments: str) -> Job:
    with Replica(generated.site) as replica:
        crawl = Crawl(data, replica.environment())
        ended = crawl.run(*arguments)
        return Job(generated, crawl, ended, Counter(request.url for request in replica.requests))


@pytest.fixture(scope="module", params=[1, 2], ids=["seed 1", "seed 2"])
def job(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Job:
    return run(GeneratedSite(ARTICLES, request.param, NOW), tmp_path_factory.mktemp("generated") / "data")


def stored(job: Job) -> dict[str, Record]:
    """The stored records by id, without what cannot be known beforehand."""
    return {record["id"]: without(record) for record in job.crawl.records}


def test_the_run_is_healthy_and_counts_what_it_stored(job: Job) -> None:
    assert job.ended.status == 0, job.ended.err
    assert job.ended.err.splitlines() == [job.ended.last_line]
    assert int(job.ended.stats["new"]) == len(job.crawl.records) == ARTICLES
    assert job.crawl.report["counts"]["duplicate"] == len(job.twins)


def test_every_article_is_stored_once(job: Job) -> None:
    times = Counter(record["id"] for record in job.crawl.records)
    assert set(times.values()) == {1}
    twinned = set().union(*job.twins)
    assert set(times) - twinned == set(job.generated.truth) - twinned


def test_of_a_pair_of_twins_one_is_stored(job: Job) -> None:
    ids = set(stored(job))
    assert job.twins
    assert [pair for pair in job.twins if len(pair & ids) != 1] == []


def test_every_field_of_every_record_is_exact(job: Job) -> None:
    truth = job.generated.truth
    different = {
        (cms_id, key): (record[key], truth[cms_id][key])
        for cms_id, record in stored(job).items()
        for key in truth[cms_id]
        if record[key] != truth[cms_id][key]
    }
    assert different == {}


def test_the_published_file_fulfils_the_contract(job: Job) -> None:
    assert [breach for file in job.crawl.files for breach in breaches(file)] == []


def test_every_page_of_every_article_is_requested_once_at_its_canonical_address(job: Job) -> None:
    pages = Counter(
        f"https://www.ecns.cn{story.page_path(number)}"
        for story in job.generated.stories.values()
        for number in range(1, len(story.pages) + 1)
    )
    assert Counter({url: times for url, times in job.asked.items() if url in pages}) == pages
    assert [url for url in job.asked if "/m/" in url or "?" in url or not url.startswith("https://www.ecns.cn/")] == []


def test_nothing_is_requested_twice(job: Job) -> None:
    assert [url for url, times in job.asked.items() if times > 1] == []


def test_a_window_of_days_holds_exactly_the_articles_published_in_it(tmp_path: Path) -> None:
    generated = GeneratedSite(ARTICLES, 3, NOW)
    # /top_news/ lists the newest 90 articles, so it goes back some eleven days: no listing ends before the window.
    first, last = (NOW - timedelta(days=9)).date(), (NOW - timedelta(days=3)).date()
    job = run(generated, tmp_path / "data", "-a", f"since={first}", "-a", f"until={last}")
    inside = {f"ecns:{story.cms_id}" for story in generated.stories.values() if first <= story.published.date() <= last}
    twinned = set().union(*job.twins)
    assert job.ended.status == 0, job.ended.err
    assert len(inside) > 40
    assert set(stored(job)) - twinned == inside - twinned
    assert {pair for pair in job.twins if pair & set(stored(job))} == {pair for pair in job.twins if pair <= inside}
