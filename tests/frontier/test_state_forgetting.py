"""The contract of the state, for every store: articles that were forgotten, and must not be stored again."""

from msgspec.structs import replace

from ecnscrawl.frontier.base import State
from tests.frontier.stores import WAITING, Open
from tests.samples import article, known


def hash_of(number: int = 1) -> bytes:
    """The content hash of a made-up article."""
    return bytes.fromhex(article(number).content_hash)


def test_nothing_is_known_of_a_forgotten_article_but_that_it_is_forgotten(open_state: Open) -> None:
    first = open_state()
    first.store(known(article(1)))
    first.store(known(article(2)))
    first.mark_pending(replace(WAITING, id="ecns:ihtest3"))
    for id_ in ("ecns:ihtest1", "ecns:ihtest3"):
        first.forget(id_, [])
    first.commit()
    first.close()
    second = open_state()
    assert [second.is_forgotten(f"ecns:ihtest{number}") for number in (1, 2, 3)] == [True, False, True]
    assert (second.article("ecns:ihtest1"), second.pending("ecns:ihtest3"), second.all_pending()) == (None, None, [])
    assert second.count() == 1
    second.close()


def test_a_forgotten_article_counts_as_seen_by_an_earlier_run_than_any(state: State) -> None:
    state.forget("ecns:ihtest1", [])
    assert state.first_run("ecns:ihtest1") == 0
    assert state.first_run("ecns:ihtest2") is None


def test_the_content_of_a_forgotten_article_is_recognised_in_each_of_its_revisions(state: State) -> None:
    state.store(known(article(1)))
    state.forget("ecns:ihtest1", [hash_of(1), b"older"])
    assert [state.original(each) for each in (hash_of(1), b"older", hash_of(2))] == [
        "ecns:ihtest1",
        "ecns:ihtest1",
        None,
    ]


def test_a_stored_article_with_the_content_of_a_forgotten_one_is_its_original(state: State) -> None:
    state.forget("ecns:ihtest1", [hash_of(1)])
    state.store(known(article(1), id="ecns:ihtest2"))
    assert state.original(hash_of(1)) == "ecns:ihtest2"


def test_aliases_stay_until_they_are_forgotten_too(state: State) -> None:
    state.store(known(article(1)))
    state.store(known(article(1), id="ecns:ihtest2", alias_of="ecns:ihtest1", revision=0))
    state.forget("ecns:ihtest1", [hash_of(1)])
    assert [alias.id for alias in state.aliases("ecns:ihtest1")] == ["ecns:ihtest2"]
    state.forget("ecns:ihtest2", [])
    assert state.aliases("ecns:ihtest1") == []


def test_an_article_may_be_forgotten_twice(state: State) -> None:
    state.forget("ecns:ihtest1", [hash_of(1)])
    state.forget("ecns:ihtest1", [])
    assert state.is_forgotten("ecns:ihtest1")
    assert state.original(hash_of(1)) == "ecns:ihtest1"
