"""Which releases a worker has."""

import sys
from importlib.metadata import version

from ecnscrawl.reextraction.on_dask.versions import differences, versions


def test_the_releases_are_those_of_python_this_package_and_what_it_needs() -> None:
    found = versions()
    assert found["Python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    assert found["ecnscrawl"].startswith(f"{version('ecnscrawl')} (")
    assert found["trafilatura"] == version("trafilatura")
    assert "datasette" not in found  # an extra


def test_every_difference_is_named_and_what_a_worker_has_besides_is_none() -> None:
    ours = {"Python": "3.11", "ecnscrawl": "0.1.0 (1a)", "lxml": "6.1"}
    assert differences(ours | {"numpy": "2.3"}, ours) == ""
    theirs = {"Python": "3.12", "ecnscrawl": "0.1.0 (2b)"}
    assert (
        differences(theirs, ours) == "Python 3.12 instead of 3.11, ecnscrawl 0.1.0 (2b) instead of 0.1.0 (1a), no lxml"
    )
