"""Run ids."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.storage.run_ids import is_run_id, newest_run_id, next_run_id, run_ids_of

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
CHANCE = st.integers(0, 2**64)
MOMENTS = st.integers(946_684_800, 4_070_908_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_a_run_id_is_the_time_in_utc_and_six_hex_digits() -> None:
    assert next_run_id(NOW, None, 0x1A2B3C) == "20261123T073000Z-1a2b3c"
    assert next_run_id(NOW.astimezone(timezone(timedelta(hours=8))), None, 5) == "20261123T073000Z-000005"


def test_within_a_second_run_ids_are_counted_up() -> None:
    assert next_run_id(NOW, "20261123T073000Z-0000ff", 0) == "20261123T073000Z-000100"


def test_when_the_clock_jumps_back_the_last_run_id_is_counted_up() -> None:
    assert next_run_id(NOW - timedelta(days=400), "20261123T073000Z-0000ff", 0) == "20261123T073000Z-000100"


def test_after_the_last_number_of_a_second_the_next_second_is_used() -> None:
    assert next_run_id(NOW, "20261123T073000Z-ffffff", 7) == "20261123T073001Z-000000"
    assert next_run_id(NOW, "20261231T235959Z-ffffff", 7) == "20270101T000000Z-000000"


@pytest.mark.parametrize("last", [None, "", "notes", "20251123T073000Z-ffffff"])
def test_without_or_after_an_earlier_run_id_the_clock_is_used(last: str | None) -> None:
    assert next_run_id(NOW, last, 0x1A2B3C) == "20261123T073000Z-1a2b3c"


@given(st.lists(st.tuples(MOMENTS, CHANCE)))
def test_run_ids_sort_in_the_order_of_their_assignment_for_any_clock(
    calls: list[tuple[datetime, int]],
) -> None:
    names: list[str] = []
    for now, chance in calls:
        names.append(next_run_id(now, names[-1] if names else None, chance))
    assert names == sorted(set(names))
    assert all(is_run_id(name) for name in names)


@pytest.mark.parametrize(
    "text", ["", "latest", "20261123T073000Z", "20261123T073000Z-1a2b3c.jsonl", "20261123T073000Z-1A2B3C", "x-1a2b3c"]
)
def test_other_names_are_not_run_ids(text: str) -> None:
    assert not is_run_id(text)


@pytest.mark.parametrize(
    ("chance", "number"), [(0, "000000"), (0x7FFFFF, "7fffff"), (0x800000, "000000"), (0x1234567, "234567")]
)
def test_a_run_id_begins_in_the_lower_half_so_that_it_can_be_counted_up(chance: int, number: str) -> None:
    assert next_run_id(NOW, None, chance) == f"20261123T073000Z-{number}"


def test_run_ids_are_found_among_file_names_in_their_order() -> None:
    one, two = "20261123T073000Z-1a2b3c", "20261122T073000Z-1a2b3c"
    names = [f"{one}.json", "latest.json", f"{two}.json", f"{one}.ids", f"{one}.json.json", one]
    assert run_ids_of(names, ".json") == [one, two]


def test_the_newest_run_id_is_that_of_any_file_of_a_run(tmp_path: Path) -> None:
    assert newest_run_id(tmp_path) is None
    names = (
        "reports/20261123T073000Z-000001.json",
        "articles/20261123T073000Z-000002.jsonl",
        "articles/20261123T073000Z-000003.jsonl.gz",
        "articles/.20261123T073000Z-000004.part",
        "published/20261123T073000Z-000005.ids",
        "gone/20261123T073000Z-000006.jsonl",
        "gone/20261123T073000Z-000007.jsonl.gz",
    )
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
        assert newest_run_id(tmp_path) == name.partition("/")[2].lstrip(".").partition(".")[0]


@pytest.mark.parametrize(
    "name",
    [
        "reports/latest.json",
        "articles/20261123T073000Z-000002.csv",
        "articles/20261123T073000Z-000002.part",
        "articles/notes.jsonl",
        "published/accepted-loss.txt",
    ],
)
def test_a_file_of_somebody_else_has_no_run_id(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.touch()
    assert newest_run_id(tmp_path) is None
