"""The contract of the state, for every store: articles, pending links, listings, single values, transactions."""

from typing import Any

import pytest
from msgspec.structs import replace

from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import (
    CacheValidators,
    ListingSnapshot,
    PendingArticle,
    other_address_reason,
)
from ecnscrawl.items import Precision
from tests.frontier.stores import NOW, WAITING, Open
from tests.samples import address, article, known


def test_what_is_committed_is_there_the_next_time(open_state: Open) -> None:
    first = open_state()
    first.store(known(article()))
    first.set_meta("runs", 7)
    first.commit()
    first.close()
    second = open_state()
    assert second.article("ecns:ihtest1") == known(article())
    assert second.get_meta("runs") == 7
    second.close()


def test_what_is_not_committed_is_forgotten(open_state: Open) -> None:
    first = open_state()
    first.store(known(article(1)))
    first.commit()
    first.store(known(article(2)))
    first.close()
    second = open_state()
    assert second.article("ecns:ihtest1") is not None
    assert second.article("ecns:ihtest2") is None
    second.close()


def test_a_rollback_forgets_what_was_not_committed_and_goes_on(state: State) -> None:
    state.store(known(article(1)))
    state.commit()
    state.store(known(article(2)))
    state.rollback()
    state.store(known(article(3)))
    state.commit()
    assert [state.article(f"ecns:ihtest{number}") is None for number in (1, 2, 3)] == [False, True, False]
    assert state.count() == 2


def test_a_stored_article_is_pending_no_more(state: State) -> None:
    state.mark_pending(WAITING)
    state.store(known(article(1)))
    assert state.pending("ecns:ihtest1") is None


def test_all_that_is_known_of_an_article_is_kept(state: State) -> None:
    parts = (
        CacheValidators("https://www.ecns.cn/a.shtml", '"x"', "Mon, 23 Nov 2026 07:30:00 GMT"),
        CacheValidators("https://www.ecns.cn/b"),
    )
    whole = known(article(), parts=parts, gone_at=NOW, alias_of="ecns:ihtest9", listing=None, published_at=None)
    state.store(whole)
    assert state.article("ecns:ihtest1") == whole


def test_the_original_of_a_content_is_the_article_and_not_its_alias(state: State) -> None:
    digest = bytes.fromhex(article(1).content_hash)
    state.store(known(article(1)))
    state.store(known(article(2), content_hash=digest, alias_of="ecns:ihtest1"))
    assert state.original(digest) == "ecns:ihtest1"
    assert state.original(b"other") is None
    assert [alias.id for alias in state.aliases("ecns:ihtest1")] == ["ecns:ihtest2"]


def test_articles_are_due_from_their_next_check_on_newest_first(state: State) -> None:
    for number, (published, check) in enumerate([(10, 100), (30, 90), (20, 101), (40, None)]):
        state.store(known(article(number), published_at=published, next_check=check))
    assert [each.published_at for each in state.due(100)] == [30, 10]


def test_all_articles_that_are_young_enough_are_due_on_request(state: State) -> None:
    for number, (published, check) in enumerate([(10, 100), (30, 900), (20, None)]):
        state.store(known(article(number), published_at=published, next_check=check))
    assert [each.published_at for each in state.due(100, youngest=20)] == [30, 20]


def test_all_pending_articles_come_but_those_that_were_given_up(state: State) -> None:
    for name, next_try in {"past": NOW - 1, "later": NOW + 10, "given-up": None}.items():
        state.mark_pending(replace(WAITING, id=f"ecns:{name}", next_try=next_try))
    assert {pending.id for pending in state.all_pending()} == {"ecns:past", "ecns:later"}


def test_where_an_article_was_found_is_learned_once(state: State) -> None:
    state.store(replace(known(article(1)), listing=None))
    for listing in ("world", "news"):
        state.set_listing_if_unknown(article(1).id, listing)
    found = state.article(article(1).id)
    assert found is not None
    assert found.listing == "world"


def test_only_the_newest_of_those_that_were_given_up_are_kept(state: State) -> None:
    for number in range(6):
        next_try = 0 if number == 0 else None
        state.mark_pending(PendingArticle(f"ecns:ihtest{number}", "", None, NOW + number, 1, next_try=next_try))
    state.forget_given_up(2)
    assert [number for number in range(6) if state.pending(f"ecns:ihtest{number}")] == [0, 4, 5]


def test_the_other_addresses_of_an_article_are_found_by_its_own(state: State) -> None:
    other = replace(WAITING, next_try=None, reason=other_address_reason(address(2).url))
    state.mark_pending(other)
    state.mark_pending(replace(WAITING, id="ecns:ihtest3", reason="HTTP 503"))
    assert state.other_addresses(address(2).url) == [other]
    assert state.other_addresses(address(1).url) == []


def test_a_pending_article_keeps_all_that_was_said_of_it(state: State) -> None:
    whole = replace(
        WAITING, listing=None, attempts=3, next_try=NOW, reason="HTTP 503", published_at=7, published_precision="day"
    )
    state.mark_pending(whole)
    assert state.pending("ecns:ihtest1") == whole


@pytest.mark.parametrize(
    ("seconds", "precision", "expected"),
    [(120, "second", "second"), (120, "day", "day"), (120, None, "minute"), (121, None, "second")],
)
def test_how_much_is_known_of_a_time_is_told_and_never_too_much(
    seconds: int, precision: Precision | None, expected: str
) -> None:
    stored = known(article(), published_at=seconds, published_precision=precision)
    pending = replace(WAITING, published_at=seconds, published_precision=precision)
    for each in (stored, pending):
        assert each.published is not None
        assert each.published.precision == expected
    assert WAITING.published is None


def test_the_first_run_of_an_id_is_known_whether_stored_or_pending(state: State) -> None:
    state.mark_pending(replace(WAITING, id="ecns:pending", first_run=3))
    state.store(known(article(1), first_run=2))
    assert [state.first_run(each) for each in ("ecns:pending", "ecns:ihtest1", "ecns:never")] == [3, 2, None]


def test_a_listing_is_known_by_what_was_last_read(state: State) -> None:
    read = ListingSnapshot(CacheValidators("https://www.ecns.cn/world/", '"x"', None), b"digest", NOW, 4)
    state.save_listing(replace(read, digest=b"before"))
    state.save_listing(read)
    assert state.listing("https://www.ecns.cn/world/") == read
    empty = replace(read, empty_page=b"fingerprint", was_rendered=True)
    state.save_listing(empty)
    assert state.listing("https://www.ecns.cn/world/") == empty
    assert state.listing("https://www.ecns.cn/china/") is None


def test_how_often_a_listing_overspent_is_known_until_it_is_set_anew(state: State) -> None:
    assert state.overspent("world") == 0
    state.set_overspent("world", 2)
    assert (state.overspent("world"), state.overspent("business")) == (2, 0)
    state.set_overspent("world", 0)
    assert state.overspent("world") == 0


def test_an_unfinished_listing_is_known_until_it_ends(state: State) -> None:
    state.begin_walk("world", 3)
    state.begin_walk("business", 4)
    state.end_walk("world")
    assert state.walks() == {"business": 4}


@pytest.mark.parametrize(
    ("validators", "expected"),
    [
        (CacheValidators("u", '"x"', "Mon"), {"If-None-Match": '"x"', "If-Modified-Since": "Mon"}),
        (CacheValidators("u", '"x"'), {"If-None-Match": '"x"'}),
        (CacheValidators("u"), {}),
    ],
)
def test_validators_make_a_conditional_question(validators: CacheValidators, expected: dict[str, str]) -> None:
    assert validators.headers() == expected


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ({}, (NOW - 5, NOW, None)),
        ({"gone_at": NOW - 50}, (NOW - 50, NOW, None)),
        ({"last_checked": NOW + 1, "next_check": 7}, (None, NOW + 1, 7)),  # checked later: it was there
        ({"alias_of": "ecns:ihtest9", "next_check": 7}, (None, NOW - 10, 7)),
    ],
)
def test_an_article_is_marked_gone_unless_it_was_checked_later(
    state: State, before: dict[str, Any], expected: tuple[int | None, ...]
) -> None:
    state.store(known(article(), **({"last_checked": NOW - 10} | before)))
    state.mark_gone("ecns:ihtest1", NOW - 5, NOW)
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.gone_at, found.last_checked, found.next_check) == expected


@pytest.mark.parametrize(("checked", "expected"), [(NOW - 10, (None, NOW, 99)), (NOW + 1, (NOW - 50, NOW + 1, None))])
def test_an_article_is_marked_as_there_again_unless_it_was_checked_later(
    state: State, checked: int, expected: tuple[int | None, ...]
) -> None:
    state.store(known(article(), gone_at=NOW - 50, last_checked=checked, next_check=None))
    state.mark_back("ecns:ihtest1", NOW, 99)
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.gone_at, found.last_checked, found.next_check) == expected
