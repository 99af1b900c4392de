"""A crawl may be killed at any step of its storage: nothing is lost, nothing is twice, nobody ever reads half of anything."""

from collections.abc import Callable, Sequence

import pytest

from tests.system.killing import Story, around

pytestmark = pytest.mark.system


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param([*around("fsync:1", "fsync:3"), "write:1:half", "write:1:after", "write:5:half"], id="records"),
        pytest.param(["write:2:half", "write:2:after", "write:4:half", "write:7:half", *around("fsync:5")], id="ids"),
        pytest.param(around("commit:1", "commit:2", "commit:5"), id="state"),
        pytest.param(around("rename:1", "rename:2", "rename:3", "rename:4"), id="publishing"),
    ],
)
def test_a_crawl_killed_at_any_step_of_its_storage_loses_and_repeats_nothing(
    story_of: Callable[..., Story], moments: Sequence[str]
) -> None:
    story = story_of(seed=11)
    for moment in moments:
        story.killed_at(moment)
    story.ends_well()
