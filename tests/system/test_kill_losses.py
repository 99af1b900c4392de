"""A crawl may be killed while its site corrects articles, its reader takes files away, or its machine loses power or files."""

from collections.abc import Callable

import pytest

from tests.system.killing import Story

pytestmark = pytest.mark.system


def test_corrections_made_between_a_kill_and_the_next_run_are_each_stored_once(story_of: Callable[..., Story]) -> None:
    story = story_of(seed=13, corrects=True)
    for point in (
        "rename:1:after",
        "write:2:half",
        "commit:3:before",
        "write:1:after",
        "fsync:3:before",
        "commit:5:after",
    ):
        story.killed_at(point)
    story.ends_well()
    assert len(story.versions) > 10


def test_a_machine_that_loses_power_loses_and_repeats_nothing(story_of: Callable[..., Story]) -> None:
    story = story_of(seed=14)
    for point in (
        "fsync:2:before",
        "commit:3:before",
        "commit:4:after",
        "rename:1:after",
        "rename:2:before",
        "fsync:4:before",
    ):
        story.killed_at(point, power_fails=True)
    story.ends_well()


def test_files_that_their_reader_takes_away_between_kills_are_neither_lost_nor_repeated(
    story_of: Callable[..., Story],
) -> None:
    story = story_of(seed=16)
    for moment in ("rename:1:after", "write:2:half", "fsync:2:before", "write:2:after", "commit:2:before"):
        story.killed_at(moment)
        for file in story.crawl.files:
            file.unlink()
    story.ends_well()


def test_what_was_published_stays_known_where_every_kill_costs_the_state_and_the_files_that_were_read(
    story_of: Callable[..., Story],
) -> None:
    story = story_of(seed=17, corrects=True)
    for moment in ("rename:1:after", "rename:2:after", "fsync:3:after", "commit:4:after", "rename:4:before"):
        story.killed_at(moment)
        for file in [*story.crawl.files, *story.crawl.folder.glob("state.sqlite*")]:
            file.unlink()
    story.ends_well()
