"""`scrapy publish` may be killed at any moment: each version is in the files once, and no file is touched twice."""

from itertools import count
from pathlib import Path

import pytest

from tests.samples import article
from tests.system.databases import Publishing, publishing_from
from tests.system.sabotage import KILLED

pytestmark = pytest.mark.system

LEAST_MOMENTS = {"fsync": 10, "rename": 4, "transaction": 2}  #: of a publisher that has two files to write


@pytest.fixture
def publishing(database_url: str, tmp_path: Path) -> Publishing:
    """A user of a new database and a new folder."""
    return publishing_from(database_url, tmp_path / "out")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("operation", ["fsync", "rename", "transaction"])
def test_a_publisher_killed_at_each_step_publishes_each_version_once(
    publishing: Publishing, operation: str, when: str
) -> None:
    for number in count(1):
        publishing.rows.store(article(number), article(number, site="example.org"))
        ended = publishing.dying(
            f"{operation}:{number}:{when}", power_fails=number % 2 == 0 and operation != "transaction"
        )
        publishing.look()
        if ended.status != KILLED:
            break
    assert (ended.status, ended.err) == (0, "")
    assert number > LEAST_MOMENTS[operation]
    publishing.has_everything()
