"""A load that follows: when it goes on, what it says, and what ends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecnscrawl.commands import load
from ecnscrawl.exporters.loading.address import DatabaseAddress
from ecnscrawl.exporters.loading.database import LoadFailed
from ecnscrawl.exporters.loading.job import Loaded, Loader, NothingToRead
from tests.samples import MORNING

DOWN = LoadFailed("postgresql://db/news cannot be written: connection refused")


class Scripted(Loader):
    """A loader with the outcomes that a test gives it; after them somebody presses Ctrl-C."""

    def __init__(self, *outcomes: Loaded | Exception) -> None:
        super().__init__(DatabaseAddress("postgresql", "postgresql://db/news"), Path("data"), None, lambda: MORNING)
        self.outcomes: Iterator[Loaded | Exception] = iter(outcomes)

    def load_new(self) -> Loaded:
        outcome = next(self.outcomes, None)
        if outcome is None:
            raise KeyboardInterrupt
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "POLL_INTERVAL", 0)
    monkeypatch.setattr(load, "RETRY_INTERVAL", 0)


def follow(*outcomes: Loaded | Exception) -> None:
    with pytest.raises(KeyboardInterrupt):
        load._follow(Scripted(*outcomes))


def test_it_says_what_is_loaded_and_is_silent_while_nothing_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    follow(Loaded(), Loaded(), Loaded(1, 30), Loaded(), Loaded(2, 1))
    assert capsys.readouterr().out.splitlines() == [
        "nothing new to load into postgresql://db/news",
        "30 records of 1 file loaded into postgresql://db/news",
        "1 record of 2 files loaded into postgresql://db/news",
    ]


def test_a_database_that_goes_away_is_warned_of_once_and_tried_again(capsys: pytest.CaptureFixture[str]) -> None:
    follow(Loaded(1, 1), DOWN, DOWN, Loaded(1, 2), DOWN)
    captured = capsys.readouterr()
    warning = f"ecnscrawl: warning: {DOWN}; trying again every 0 seconds"
    assert captured.err.splitlines() == [warning, warning]
    assert captured.out.splitlines()[-1] == "2 records of 1 file loaded into postgresql://db/news"


def test_a_database_that_cannot_be_reached_at_the_start_ends_it() -> None:
    with pytest.raises(LoadFailed):
        load._follow(Scripted(DOWN, Loaded()))


def test_it_waits_for_the_first_articles(capsys: pytest.CaptureFixture[str]) -> None:
    follow(NothingToRead("there is no data folder"), NothingToRead("there is no data folder"), Loaded(1, 1))
    captured = capsys.readouterr()
    assert captured.err == "ecnscrawl: warning: there is no data folder; waiting\n"
    assert captured.out == "1 record of 1 file loaded into postgresql://db/news\n"


def test_a_file_that_cannot_be_read_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    follow(Loaded(1, 1, ["a.jsonl, line 2: not a record"]), Loaded())
    captured = capsys.readouterr()
    assert captured.err == "ecnscrawl: error: a.jsonl, line 2: not a record\n"
