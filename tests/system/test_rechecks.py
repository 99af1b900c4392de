"""Known articles are requested again when their age passes 1, 3, 9, 24 and 48 hours, and not more often."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.editing import articles_asked, is_conditional, put_long_listing
from tests.system.sabotage import KILLED, at_another_time, dying

pytestmark = pytest.mark.system

MINUTE, HOUR = 60, 3600
HALF_AN_HOUR, TWO_HOURS, TWO_DAYS, THREE_DAYS = "half an hour", "two hours", "two days", "three days"
AGES = {
    HALF_AN_HOUR: timedelta(minutes=30),
    TWO_HOURS: timedelta(hours=2),
    TWO_DAYS: timedelta(hours=48, seconds=1),
    THREE_DAYS: timedelta(days=3),
}


class AgeingSite:
    """Articles of known ages on a site, and the crawl of it at any later time."""

    def __init__(self, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> None:
        now = datetime.now(UTC)
        generated = GeneratedSite(0, seed=43, now=now)
        self._ages: dict[str, str] = {}
        for age, delta in AGES.items():
            (id_,) = generated.publish(1, now - delta)
            story = generated.stories[id_.removeprefix("ecns:")]
            self._ages |= {story.page_path(number): age for number in range(1, len(story.pages) + 1)}
        self._replica = serve(generated.site)
        self._crawl = crawl_of(self._replica)

    def asked(self, *arguments: str, later: float = 0) -> set[str]:
        """The ages of the articles that a run asks for so many seconds later, conditionally, each once."""
        ended = at_another_time(self._crawl, later).run(*arguments)
        assert ended.status == 0, ended.err
        log = articles_asked(self._replica)
        paths = [request.path for request in log]
        assert len(paths) == len(set(paths))
        assert all(is_conditional(request) for request in log) or int(ended.stats["new"]) == len(AGES)
        return {self._ages[path] for path in paths}


@pytest.fixture
def ageing(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> AgeingSite:
    """A site with articles of half an hour, two hours, two days and three days, crawled once."""
    site = AgeingSite(serve, crawl_of)
    assert site.asked() == set(AGES)
    return site


def test_articles_are_requested_again_each_time_their_age_passes_a_limit(ageing: AgeingSite) -> None:
    asked = {later: ageing.asked(later=later) for later in (
        31 * MINUTE, 61 * MINUTE, 151 * MINUTE, 24 * HOUR, 25 * HOUR, 49 * HOUR, 80 * HOUR,
    )}  # fmt: skip
    assert asked == {
        31 * MINUTE: {HALF_AN_HOUR},  # is one hour old now
        61 * MINUTE: {TWO_HOURS},  # is three
        151 * MINUTE: {HALF_AN_HOUR},  # is three
        24 * HOUR: {HALF_AN_HOUR, TWO_HOURS},  # past nine and past twenty-four: once
        25 * HOUR: set(),
        49 * HOUR: {HALF_AN_HOUR, TWO_HOURS},  # past forty-eight
        80 * HOUR: set(),
    }


def test_all_requests_everything_younger_than_two_days_and_none_for_nothing(ageing: AgeingSite) -> None:
    assert ageing.asked("-a", "recheck=all") == {HALF_AN_HOUR, TWO_HOURS}
    assert ageing.asked("-a", "recheck=none", later=5 * HOUR) == set()


def test_an_article_recovered_from_a_killed_run_is_requested_again_by_runs_of_its_section(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(0, seed=45, now=datetime.now(UTC))
    ids = generated.publish(5, datetime.now(UTC) - timedelta(minutes=30))
    put_long_listing(generated.site, list(generated.stories.values()))
    crawl = crawl_of(serve(generated.site))
    one_listing = ("-a", "sections=world", "-a", "recheck=all")
    assert dying(crawl, "write:1:after").run(*one_listing).status == KILLED
    generated.correct(ids[0], datetime.now(UTC))
    assert crawl.run(*one_listing).stats["updated"] == "1"
