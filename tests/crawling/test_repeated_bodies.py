"""Articles are held back until it is clear that their text is not a wall's."""

from collections.abc import Iterable

from ecnscrawl.crawling.repeated_bodies import MAX_HELD, RepeatedBodies
from ecnscrawl.frontier.remembered_texts import RememberedTexts
from ecnscrawl.visits import Outcome, Visit
from tests.samples import address, article, visit


def read(number: int, body: str | None, title: str = "A ferry") -> Visit:
    return visit(Outcome.READ, number, article=article(number, body=body, title=title))


def decided(visits: Iterable[Visit], before: RememberedTexts | None = None) -> list[tuple[str, bool]]:
    """Hold all visits and release them; the ids in the order in which they come out, each with whether it is a wall."""
    bodies = RepeatedBodies(before)
    found = [each for visit_ in visits for each in bodies.hold(visit_)]
    return [(each.address.id, bodies.is_wall(each)) for each in [*found, *bodies.release()]]


def test_articles_of_different_texts_come_out_in_their_order() -> None:
    visits = [read(number, f"Text {number}.") for number in range(15)]
    assert decided(visits) == [(each.address.id, False) for each in visits]


def test_one_text_at_every_address_is_a_wall_from_the_first_on() -> None:
    visits = [read(number, "Choose your cookies.", f"Ferry {number}") for number in range(MAX_HELD + 5)]
    assert all(is_wall for _, is_wall in decided(visits))


def test_a_wall_with_one_headline_is_one_too() -> None:
    assert all(is_wall for _, is_wall in decided(read(number, "Choose your cookies.") for number in range(4)))


def test_a_wall_after_some_free_articles_is_found() -> None:
    visits = [read(number, f"Text {number}.") for number in range(8)]
    visits += [read(number, "Subscribe to read on.", f"Ferry {number}") for number in range(8, 12)]
    assert [is_wall for _, is_wall in decided(visits)] == [False] * 8 + [True] * 4


def test_an_article_at_several_addresses_is_no_wall() -> None:
    visits = [read(number, f"Text {number // 3}.", f"Ferry {number // 3}") for number in range(12)]
    assert not any(is_wall for _, is_wall in decided(visits))
    assert not any(is_wall for _, is_wall in decided([read(1, "Text."), read(2, "Text.")]))


def test_addresses_that_name_one_of_them_as_their_own_are_one() -> None:
    visits = [read(1, "Text."), read(2, "Text."), read(3, "Text.")]
    for each in visits[1:]:
        each.requested, each.address = each.address, visits[0].address
    assert not any(is_wall for _, is_wall in decided(visits))


def test_a_wall_that_names_an_address_of_its_own_is_one() -> None:
    visits = [read(number, "Choose your cookies.") for number in range(4)]
    for each in visits:
        each.requested, each.address = each.address, address(9)
    assert all(is_wall for _, is_wall in decided(visits))


def test_galleries_without_a_text_are_no_wall() -> None:
    assert not any(is_wall for _, is_wall in decided(read(number, None) for number in range(5)))


def test_a_wall_is_known_in_the_next_run() -> None:
    bodies = RepeatedBodies()
    for number in range(4):
        assert list(bodies.hold(read(number, "Choose your cookies."))) == []
    assert all(bodies.is_wall(each) for each in bodies.release())
    assert decided([read(9, "Choose your cookies."), read(10, "Text.")], bodies.remembered) == [
        ("ecns:ihtest9", True),
        ("ecns:ihtest10", False),
    ]


def test_no_more_than_a_few_are_held() -> None:
    bodies = RepeatedBodies()
    released = [len(list(bodies.hold(read(number, f"Text {number}.")))) for number in range(MAX_HELD + 3)]
    assert released == [0] * MAX_HELD + [1] * 3


def test_a_wall_of_one_article_in_each_run_is_found_in_the_third() -> None:
    before, found = RememberedTexts(), []
    for number in range(4):
        bodies = RepeatedBodies(before)
        assert list(bodies.hold(read(number, "Choose your cookies.", f"Ferry {number}"))) == []
        found += [bodies.is_wall(each) for each in bodies.release()]
        before = bodies.remembered
    assert found == [False, False, True, True]


def test_an_article_that_is_read_again_and_again_is_no_wall() -> None:
    before = RememberedTexts()
    for title in ("A ferry", "A ferry", "The ferry", "An old ferry"):
        bodies = RepeatedBodies(before)
        assert list(bodies.hold(read(1, "Text.", title))) == []
        assert not any(bodies.is_wall(each) for each in bodies.release())
        before = bodies.remembered
    assert len(before.recent) == 1


def test_not_too_much_is_remembered() -> None:
    bodies = RepeatedBodies()
    for number in range(300):
        for each in [*bodies.hold(read(number, f"Text {number}.")), *bodies.release()]:
            assert not bodies.is_wall(each)
    assert len(bodies.remembered.recent) == 200


def test_a_run_compares_the_newest_ten_thousand_texts_so_that_its_memory_is_bounded() -> None:
    repeated = [read(1, "Choose your cookies.", "Ferry 1"), read(2, "Choose your cookies.", "Ferry 2")]
    others = [read(number, f"Text {number}.") for number in range(10, 10_011)]
    last = read(3, "Choose your cookies.", "Ferry 3")
    assert not any(is_wall for _, is_wall in decided([*repeated, *others, last]))
    assert decided([*repeated, *others[:9_000], last])[-1] == (last.address.id, True)
