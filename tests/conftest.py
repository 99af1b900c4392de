"""Fixtures of several tests: a clock that stands still, a site's folder, runs on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from ecnscrawl.storage.run import Run, RunSettings
from tests.samples import Begin, Clock

# A busy machine is slow, which says nothing about the code.
settings.register_profile("patient", deadline=None)
settings.register_profile("fuzz", deadline=None)  # `make fuzz`: tests/fuzz/effort.py says what that is
settings.load_profile("patient")


@pytest.fixture
def clock() -> Clock:
    """The clock of the runs of a test."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a site's data goes; made by the first run."""
    return tmp_path / "data" / "ecns"


@pytest.fixture
def begin(folder: Path, clock: Clock) -> Iterator[Begin]:
    """Enters runs, on the test's folder where no other is named; those still under way end with the test."""
    begun: list[Run] = []

    def enter(where: Path = folder, run_settings: RunSettings | None = None) -> Run:
        run = Run(where, clock, run_settings or RunSettings())
        run.enter()
        begun.append(run)
        return run

    yield enter
    for run in begun:
        run.finish()
