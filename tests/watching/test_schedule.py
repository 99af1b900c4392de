"""Which sites are due, and when the next one is: by the table, the reports and the clock."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.watching.schedule import Schedule

HOUR = 3600.0
NOW = 1_000_000.0


@dataclass(frozen=True)
class Site:
    name: str
    every: float = HOUR


def names(found: list[Site]) -> list[str]:
    return [site.name for site in found]


def popped(schedule: Schedule[Site], now: float) -> list[str]:
    """All that is due now, one after the other."""
    found = []
    while site := schedule.pop(now):
        found.append(site.name)
    return found


def schedule_of(starts: dict[str, float], *sites: Site) -> Schedule[Site]:
    return Schedule(sites, starts.get, NOW)


def test_sites_that_never_ran_are_due_in_the_order_of_the_table() -> None:
    assert popped(schedule_of({}, Site("b"), Site("a"), Site("c")), NOW) == ["b", "a", "c"]


def test_the_site_that_has_waited_longest_comes_first() -> None:
    starts = {"a": NOW - 2 * HOUR, "b": NOW - 3 * HOUR, "c": NOW - HOUR / 2}
    assert popped(schedule_of(starts, Site("a"), Site("b"), Site("c")), NOW) == ["b", "a"]


def test_the_next_one_is_due_when_every_has_passed_since_its_last_start() -> None:
    schedule = schedule_of({"a": NOW - 600, "b": NOW - 60}, Site("a"), Site("b", every=300.0))
    assert (schedule.pop(NOW), schedule.next_at(NOW)) == (None, NOW + 240)


def test_a_site_that_runs_is_not_due_until_its_run_has_ended() -> None:
    schedule = schedule_of({}, Site("a"))
    assert popped(schedule, NOW) == ["a"]
    assert (schedule.pop(NOW + 5 * HOUR), schedule.next_at(NOW + 5 * HOUR)) == (None, None)
    schedule.ended("a", NOW + 5 * HOUR)
    assert popped(schedule, NOW + 5 * HOUR) == ["a"]


def test_a_run_that_could_not_start_and_left_no_report_is_due_again_after_every() -> None:
    schedule = schedule_of({}, Site("a"))
    popped(schedule, NOW)
    schedule.ended("a", NOW)
    assert (popped(schedule, NOW + 1), schedule.next_at(NOW + 1)) == ([], NOW + HOUR)


def test_a_run_by_hand_counts_also_if_it_starts_later() -> None:
    starts = {"a": NOW - HOUR}
    schedule = schedule_of(starts, Site("a"))
    starts["a"] = NOW - 60
    assert (popped(schedule, NOW), schedule.next_at(NOW)) == ([], NOW - 60 + HOUR)


def test_a_clock_that_was_set_back_delays_a_site_by_every_at_most() -> None:
    schedule = schedule_of({"a": NOW, "b": NOW}, Site("a"), Site("b", every=60.0))
    earlier = NOW - 100 * HOUR
    assert schedule.next_at(earlier) == earlier + 60
    assert popped(schedule, earlier + 60) == ["b"]
    schedule.ended("b", earlier + 60)
    assert schedule.next_at(earlier + 60) == earlier + 120
    assert popped(schedule, earlier + HOUR) == ["b", "a"]


def test_a_clock_that_is_set_back_while_sites_run_delays_none_for_longer() -> None:
    schedule = schedule_of({}, Site("a"), Site("b", every=60.0))
    popped(schedule, NOW)
    schedule.ended("a", NOW)
    schedule.ended("b", NOW)
    for minute in range(1, 60):
        assert popped(schedule, NOW - 50 * HOUR + 60 * minute) == (["b"] if minute > 1 else [])
        schedule.ended("b", NOW - 50 * HOUR + 60 * minute)
    assert popped(schedule, NOW - 49 * HOUR + 60) == ["b", "a"]


def test_entries_of_a_changed_table_keep_their_last_starts() -> None:
    schedule = schedule_of({}, Site("a"), Site("b"))
    assert popped(schedule, NOW) == ["a", "b"]
    schedule.ended("a", NOW)
    removed = schedule.replace([Site("a", every=60.0), Site("c")], NOW)
    assert removed == {"b"}
    assert popped(schedule, NOW) == ["c"]
    assert schedule.next_at(NOW) == NOW + 60
    schedule.ended("b", NOW)  # its run ends later, and it does not come back
    schedule.ended("c", NOW)
    assert popped(schedule, NOW + 10 * HOUR) == ["a", "c"]


def test_an_entry_that_runs_while_the_table_changes_is_due_after_its_run() -> None:
    schedule = schedule_of({}, Site("a"))
    popped(schedule, NOW)
    schedule.replace([Site("a", every=60.0)], NOW)
    assert popped(schedule, NOW + 120) == []
    schedule.ended("a", NOW + 120)
    assert popped(schedule, NOW + 120) == ["a"]


def test_an_entry_that_comes_back_before_its_stopped_run_has_ended_is_due_after_that_run() -> None:
    schedule = schedule_of({}, Site("a"))
    popped(schedule, NOW)
    schedule.replace([], NOW)
    schedule.replace([Site("a")], NOW + 1)
    assert popped(schedule, NOW + 1) == []
    schedule.ended("a", NOW + 3)
    assert popped(schedule, NOW + 3) == ["a"]


def test_once_takes_what_is_due_and_what_is_due_a_little_later() -> None:
    starts = {"a": NOW - HOUR, "b": NOW - HOUR + 300, "c": NOW - HOUR + 400, "d": NOW - 2 * HOUR}
    schedule = schedule_of(starts, *map(Site, "abcde"))
    assert names(schedule.pop_all(NOW, slack=0.1)) == ["e", "d", "a", "b"]
    assert names(schedule.pop_all(NOW, slack=0.1)) == []


@given(
    st.lists(st.floats(60, 10_000), min_size=1, max_size=20),
    st.lists(st.tuples(st.floats(0, 5_000), st.floats(0, 2_000)), min_size=1, max_size=40),
)
def test_every_site_starts_when_it_is_due_and_never_earlier(
    sites: list[float], steps: list[tuple[float, float]]
) -> None:
    """Whatever the lengths of the runs, each start is at least `every` after the one before, and none is forgotten."""
    every = {str(number): seconds for number, seconds in enumerate(sites)}
    schedule = schedule_of({}, *(Site(name, seconds) for name, seconds in every.items()))
    last: dict[str, float] = {}
    now = NOW
    for wait, takes in steps:
        now += wait
        started = set()
        while site := schedule.pop(now):
            assert now >= last.get(site.name, float("-inf")) + site.every
            last[site.name] = now
            started.add(site.name)
        now += takes
        for name in started:
            schedule.ended(name, now)
        assert schedule.next_at(now) == min(last[name] + every[name] for name in every)
