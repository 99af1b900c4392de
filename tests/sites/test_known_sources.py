"""When a source of a site without a profile is read again, and what the state keeps of it."""

import pytest

from ecnscrawl.sites.known_sources import DAY, KnownSource, decoded, encoded

HOUR = 3600


def source(last_read: int, last_new: int = 0, *, is_there: bool = True) -> KnownSource:
    url = "https://gazette.example/feed"
    return KnownSource(
        url=url, kind="feed", name=url, found_at=0, last_read=last_read, last_new=last_new, is_there=is_there
    )


@pytest.mark.parametrize(
    ("last_read", "last_new", "wait"),
    [
        (0, 0, 0),
        (10 * HOUR, HOUR, 0),
        (DAY, 0, 3 * HOUR),
        (2 * DAY, DAY, 3 * HOUR),
        (8 * DAY, 0, DAY),
        (800 * DAY, 0, 7 * DAY),
    ],
)
def test_a_silent_source_waits_for_an_eighth_of_its_silence(last_read: int, last_new: int, wait: int) -> None:
    known = source(last_read, last_new)
    assert known.is_due(last_read + wait)
    assert wait == 0 or not known.is_due(last_read + wait - 1)


def test_a_source_that_was_read_in_the_future_is_read_now() -> None:
    assert source(9 * DAY).is_due(DAY)


def test_an_address_without_a_source_is_not_read() -> None:
    assert not source(0, is_there=False).is_due(DAY)


def test_a_source_is_quiet_after_a_day() -> None:
    assert not source(0, HOUR).is_quiet(DAY)
    assert source(0, HOUR).is_quiet(DAY + HOUR)


def test_the_state_keeps_all_of_it() -> None:
    sources = [source(5, 3), source(7, is_there=False)]
    assert decoded(encoded(sources)) == sources


@pytest.mark.parametrize("text", [None, "", "[", '{"a": 1}', '[{"url": 1}]', 7])
def test_a_damaged_value_is_no_source(text: object) -> None:
    assert decoded(text) == []
