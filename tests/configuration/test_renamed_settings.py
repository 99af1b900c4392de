"""The old names of settings work in every place, each with one warning."""

import pytest
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from ecnscrawl import settings as own_settings
from ecnscrawl.configuration.renamed_settings import RENAMED, adopt_old_names, old_name_warnings
from ecnscrawl.spiders.ecns import EcnsSpider


def settings(*layers: tuple[str, dict[str, object]]) -> Settings:
    """The project's settings, with further ones of these priorities."""
    made = Settings()
    made.setmodule("ecnscrawl.settings", priority="project")
    for priority, given in layers:
        made.setdict(given, priority=priority)
    return made


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
@pytest.mark.parametrize("priority", ["project", "spider", "cmdline"])
def test_an_old_name_sets_the_new_setting(old: str, new: str, priority: str) -> None:
    made = settings((priority, {old: "7"}))
    adopt_old_names(made)
    assert made[new] == "7"


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_only_the_new_name_is_a_setting_of_the_project(old: str, new: str) -> None:
    assert hasattr(own_settings, new)
    assert not hasattr(own_settings, old)


@pytest.mark.parametrize(
    ("layers", "value"),
    [
        ([("cmdline", {"RUN_BYTES": 1, "RUN_MAX_BYTES": 2})], 2),
        ([("project", {"RUN_BYTES": 1}), ("cmdline", {"RUN_MAX_BYTES": 2})], 2),
        ([("project", {"RUN_BYTES": 1}), ("spider", {"RUN_MAX_BYTES": 2})], 2),
        ([("project", {"RUN_MAX_BYTES": 2}), ("cmdline", {"RUN_BYTES": 1})], 1),
        ([("project", {"RUN_BYTES": 1})], 1),
    ],
    ids=["both by -s", "new by -s", "new by the spider", "old by -s", "a module that only adds the old name"],
)
def test_of_two_names_the_higher_priority_wins_and_then_the_new_one(
    layers: list[tuple[str, dict[str, object]]], value: int
) -> None:
    made = settings(*layers)
    for _ in range(2):  # the second time changes nothing
        adopt_old_names(made)
        assert made["RUN_MAX_BYTES"] == value


def test_a_crawler_that_a_script_makes_takes_an_old_name() -> None:
    crawler = Crawler(EcnsSpider, settings(("project", {"HOST_FAILURES": 3})))
    assert crawler.settings.getint("HOST_MAX_CONSECUTIVE_FAILURES") == 3


def test_each_old_name_is_warned_of_in_one_line() -> None:
    made = settings(("cmdline", {"STALE_HOURS": "5", "RUN_REQUESTS": "9"}))
    adopt_old_names(made)
    assert old_name_warnings(made) == [
        "the setting RUN_REQUESTS is now RUN_MAX_REQUESTS; the old name works in this release only",
        "the setting STALE_HOURS is now HEALTH_STALE_HOURS; the old name works in this release only",
    ]
    assert old_name_warnings(settings()) == []
