"""The budget of a listing in a run."""

from ecnscrawl.frontier.budgets import ListingBudgets, allowance


def budgets(most: int = 60, overspent: int = 0) -> ListingBudgets:
    return ListingBudgets(most, lambda _: overspent, {})


def test_a_listing_that_overspends_time_and_again_comes_down_to_what_a_first_page_takes() -> None:
    assert [allowance(1000, overspent) for overspent in range(7)] == [1000, 500, 250, 125, 62, 50, 50]


def test_a_small_budget_is_never_raised() -> None:
    assert [allowance(20, overspent) for overspent in (0, 1, 9)] == [20, 20, 20]


def test_no_budget_is_no_limit() -> None:
    unlimited = budgets(0, overspent=3)
    assert all(unlimited.may_ask("world") and unlimited.may_send("world") for _ in range(5000))
    assert unlimited.overspent == {}


def test_so_many_are_sent_and_no_more_and_it_is_noted() -> None:
    counted = budgets(60)
    assert sum(counted.may_send("world") for _ in range(100)) == 60
    assert counted.overspent == {"world": 60}


def test_exactly_as_many_as_allowed_are_no_overspending() -> None:
    counted = budgets(60)
    assert all(counted.may_ask("world") for _ in range(60))
    assert all(counted.may_send("world") for _ in range(60))
    assert counted.overspent == {}


def test_what_was_not_sent_after_all_is_not_counted() -> None:
    counted = budgets(60)
    assert sum(counted.may_send("world") for _ in range(60)) == 60
    counted.take_back("world")
    assert [counted.may_send("world") for _ in range(2)] == [True, False]


def test_what_retries_and_redirects_took_is_not_queued_any_more() -> None:
    counted = budgets(60)
    assert all(counted.may_send("world") for _ in range(60))
    assert not counted.may_ask("world")


def test_what_was_left_over_takes_no_more_than_half_of_it() -> None:
    counted = budgets(60)
    assert sum(counted.may_ask("world", is_left_over=True) for _ in range(100)) == 30
    assert counted.overspent == {}
    assert sum(counted.may_ask("world") for _ in range(100)) == 30
    assert counted.overspent == {"world": 60}


def dead_ends(max_dead_links: int = 3) -> tuple[ListingBudgets, set[str]]:
    left: set[str] = set()
    return ListingBudgets(60, lambda _: 0, {}, max_dead_links=max_dead_links, left=left), left


def test_a_listing_is_left_after_so_many_dead_links_in_a_row() -> None:
    counted, left = dead_ends()
    for is_dead in (True, True, False, True, True):
        counted.note_link("world", is_dead=is_dead)
    assert not counted.is_left("world")
    counted.note_link("world", is_dead=True)
    assert counted.is_left("world")
    assert not counted.is_left("business")
    counted.note_link("world", is_dead=False)  # was under way
    assert (counted.is_left("world"), left) == (True, {"world"})


def test_dead_links_that_are_left_over_say_nothing_of_a_listing() -> None:
    counted, left = dead_ends()
    for _ in range(5):
        counted.note_link("world", is_dead=True, is_left_over=True)
    assert counted.is_left("world", is_left_over=True)
    assert (counted.is_left("world"), left) == (False, set())


def test_no_number_of_dead_links_is_no_limit() -> None:
    counted, left = dead_ends(0)
    for _ in range(1000):
        counted.note_link("world", is_dead=True)
    assert (counted.is_left("world"), left) == (False, set())


def test_each_listing_has_its_own() -> None:
    counted = budgets(60)
    assert sum(counted.may_ask("world") for _ in range(100)) == 60
    assert counted.may_ask("business")
