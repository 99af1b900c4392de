"""A run may be killed while it recovers another one, and at any moment at all."""

import os
import random
from collections.abc import Callable

import pytest

from tests.system.killing import Story, around

pytestmark = pytest.mark.system

ROUNDS = int(os.environ.get("KILL_ROUNDS", "4"))  # `make soak` takes more


def test_a_run_killed_while_it_recovers_another_loses_and_repeats_nothing(story_of: Callable[..., Story]) -> None:
    story = story_of(seed=12)
    story.killed_at("write:1:before")  # leaves an empty file
    for moment in around("unlink:1"):
        story.killed_at(moment)
    story.killed_at("write:3:half")  # leaves whole lines that are not committed, and half a one
    for moment in ("truncate:2:before", *around("fsync:1"), "rename:1:before", "fsync:2:before"):  # the last two: ids
        story.killed_at(moment)
    for moment in ("commit:1:after", *around("rename:2"), "fsync:4:before"):
        story.killed_at("write:3:half")
        story.killed_at(moment)
    for moment in around("commit:2"):  # the word that the file is published
        story.killed_at("write:3:after")
        story.killed_at(moment)
    story.ends_well()


def test_a_crawl_killed_at_random_moments_loses_and_repeats_nothing(story_of: Callable[..., Story]) -> None:
    chance = random.Random(15)
    story = story_of(seed=15, corrects=True, on_one_listing=True)
    for _ in range(ROUNDS):
        story.killed_after(chance.randrange(1, 90), chance.uniform(0, 0.05))
    story.ends_well()
