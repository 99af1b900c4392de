"""The contract of the state, for every store in STORES."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import (
    CacheValidators,
    ListingSnapshot,
    PendingArticle,
    PublishedRecord,
    RecordToIndex,
    StoredArticle,
    other_address_reason,
)
from ecnscrawl.frontier.sqlite.database import SqliteState
from ecnscrawl.items import Precision
from tests.samples import address, article, known

NOW = 1_795_000_000
WAITING = PendingArticle("ecns:ihtest1", address(1).url, "world", NOW, 1)

Open = Callable[[], State]  #: opens the state of one site; after a `close` with what was committed

#: By the name of a store, how its state is opened in a folder of the test.
STORES: dict[str, Callable[[Path], State]] = {"sqlite": lambda folder: SqliteState(folder / "state.sqlite")}


@pytest.fixture(params=STORES)
def open_state(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    store = STORES[request.param]
    return lambda: store(tmp_path)


@pytest.fixture
def state(open_state: Open) -> Iterator[State]:
    opened = open_state()
    yield opened
    opened.close()


def test_what_is_committed_is_there_the_next_time(open_state: Open) -> None:
    first = open_state()
    first.store(known(article()), first.file_number("a.jsonl"), 0)
    first.set_meta("runs", 7)
    first.commit()
    first.close()
    second = open_state()
    assert second.article("ecns:ihtest1") == known(article())
    assert second.get_meta("runs") == 7
    second.close()


def test_what_is_not_committed_is_forgotten(open_state: Open) -> None:
    first = open_state()
    first.store(known(article(1)), None, None)
    first.commit()
    first.store(known(article(2)), None, None)
    first.close()
    second = open_state()
    assert second.article("ecns:ihtest1") is not None
    assert second.article("ecns:ihtest2") is None
    second.close()


def test_a_rollback_forgets_what_was_not_committed_and_goes_on(state: State) -> None:
    state.store(known(article(1)), None, None)
    state.commit()
    state.store(known(article(2)), None, None)
    state.rollback()
    state.store(known(article(3)), None, None)
    state.commit()
    assert [state.article(f"ecns:ihtest{number}") is None for number in (1, 2, 3)] == [False, True, False]
    assert state.count() == 2


def test_a_stored_article_is_pending_no_more(state: State) -> None:
    state.mark_pending(WAITING)
    state.store(known(article(1)), None, None)
    assert state.pending("ecns:ihtest1") is None


def test_a_check_changes_what_is_known_but_not_where_the_record_stands(state: State) -> None:
    number = state.file_number("a.jsonl")
    state.store(known(article()), number, 5)
    state.update(known(article(), last_checked=NOW, next_check=None))
    stored = state.article("ecns:ihtest1")
    assert stored == known(article(), last_checked=NOW, next_check=None)
    assert state.forget_beyond(number, 5) == 1


def test_all_that_is_known_of_an_article_is_kept(state: State) -> None:
    parts = (
        CacheValidators("https://www.ecns.cn/a.shtml", '"x"', "Mon, 23 Nov 2026 07:30:00 GMT"),
        CacheValidators("https://www.ecns.cn/b"),
    )
    whole = known(article(), parts=parts, gone_at=NOW, alias_of="ecns:ihtest9", listing=None, published_at=None)
    state.store(whole, None, None)
    assert state.article("ecns:ihtest1") == whole


def test_the_original_of_a_content_is_the_article_and_not_its_alias(state: State) -> None:
    digest = bytes.fromhex(article(1).content_hash)
    state.store(known(article(1)), None, None)
    state.store(known(article(2), content_hash=digest, alias_of="ecns:ihtest1"), None, None)
    assert state.original(digest) == "ecns:ihtest1"
    assert state.original(b"other") is None
    assert [alias.id for alias in state.aliases("ecns:ihtest1")] == ["ecns:ihtest2"]


def test_articles_are_due_from_their_next_check_on_newest_first(state: State) -> None:
    for number, (published, check) in enumerate([(10, 100), (30, 90), (20, 101), (40, None)]):
        state.store(known(article(number), published_at=published, next_check=check), None, None)
    assert [each.published_at for each in state.due(100)] == [30, 10]


def test_all_articles_that_are_young_enough_are_due_on_request(state: State) -> None:
    for number, (published, check) in enumerate([(10, 100), (30, 900), (20, None)]):
        state.store(known(article(number), published_at=published, next_check=check), None, None)
    assert [each.published_at for each in state.due(100, youngest=20)] == [30, 20]


def test_all_pending_articles_come_but_those_that_were_given_up(state: State) -> None:
    for name, next_try in {"past": NOW - 1, "later": NOW + 10, "given-up": None}.items():
        state.mark_pending(replace(WAITING, id=f"ecns:{name}", next_try=next_try))
    assert {pending.id for pending in state.all_pending()} == {"ecns:past", "ecns:later"}


def test_where_an_article_was_found_is_learned_once(state: State) -> None:
    state.store(replace(known(article(1)), listing=None), None, None)
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
    state.store(known(article(1), first_run=2), None, None)
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


def test_a_file_keeps_its_number_and_how_far_it_is_known(state: State) -> None:
    number = state.file_number("a.jsonl")
    state.set_committed("a.jsonl", 120)
    assert state.file_number("a.jsonl") == number
    assert state.file_number("b.jsonl") != number
    assert (state.committed("a.jsonl"), state.committed("never.jsonl")) == (120, 0)


def test_files_are_known_as_published_once_they_are(state: State) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        state.file_number(name)
    state.set_committed("a.jsonl", 10, published=True)
    state.set_committed("b.jsonl", 10)
    assert state.published_files() == {"a.jsonl"}


def test_records_that_a_file_does_not_hold_are_pending_again(state: State) -> None:
    number = state.file_number("a.jsonl")
    for place in (1, 2, 3):
        state.store(known(article(place), first_run=place), number, 100 * place)
    assert state.forget_beyond(number, 200) == 2
    assert [state.article(f"ecns:ihtest{place}") is None for place in (1, 2, 3)] == [False, True, True]
    assert state.pending("ecns:ihtest3") == PendingArticle(
        "ecns:ihtest3", address(3).url, "world", known(article(3)).first_seen, 3
    )


def test_a_lost_correction_is_requested_again_as_the_revision_that_it_was(state: State) -> None:
    number = state.file_number("a.jsonl")
    state.store(known(article(1, revision=2)), number, 100)
    state.forget_beyond(number, 0)
    left = state.article("ecns:ihtest1")
    assert left is not None
    assert (left.revision, left.content_hash, left.next_check, left.parts) == (1, None, 0, ())


# What the files say.


def to_index(number: int = 1, *, file: int = 1, offset: int | None = 0, **changes: Any) -> RecordToIndex:
    """The record of an article as a published file has it, found by run 4."""
    stored = article(number)
    made = RecordToIndex(
        id=stored.id,
        revision=1,
        content_hash=bytes.fromhex(stored.content_hash),
        url=stored.url,
        published_at=NOW - 100,
        fetched_at=NOW,
        first_run=4,
        next_check=NOW + 50,
        file=file,
        offset=offset,
        published_precision="minute",
    )
    return msgspec.structs.replace(made, **changes)


def test_an_indexed_record_is_known_with_all_that_its_file_says(state: State) -> None:
    state.index([to_index()])
    assert state.article("ecns:ihtest1") == StoredArticle(
        id="ecns:ihtest1",
        url=address(1).url,
        listing=None,
        content_hash=bytes.fromhex(article(1).content_hash),
        revision=1,
        alias_of=None,
        published_at=NOW - 100,
        first_seen=NOW,
        first_run=4,
        last_checked=NOW,
        next_check=NOW + 50,
        parts=(),
        gone_at=None,
        published_precision="minute",
    )


def test_an_indexed_record_keeps_when_and_where_it_was_first_seen_and_is_pending_no_more(state: State) -> None:
    state.mark_pending(replace(WAITING, listing="business", first_seen=NOW - 900, first_run=2))
    state.index([to_index()])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.listing, found.first_seen, found.first_run) == ("business", NOW - 900, 2)
    assert state.pending("ecns:ihtest1") is None


@pytest.mark.parametrize(("indexed", "expected"), [(1, 2), (2, 2), (3, 3)])
def test_only_a_later_revision_replaces_what_is_known(state: State, indexed: int, expected: int) -> None:
    state.store(known(article(1, revision=2), url="https://www.ecns.cn/known"), None, None)
    state.index([to_index(revision=indexed)])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert found.revision == expected
    assert (found.url == "https://www.ecns.cn/known") is (indexed <= 2)


def test_a_pending_article_whose_known_revision_is_later_stays_pending(state: State) -> None:
    state.store(known(article(1, revision=2)), state.file_number("b.jsonl"), 0)
    state.mark_pending(WAITING)
    state.index([to_index(file=state.file_number("a.jsonl"))])
    assert state.pending("ecns:ihtest1") == WAITING


def test_an_indexed_record_replaces_an_alias_of_its_id(state: State) -> None:
    state.store(known(article(1), alias_of="ecns:ihtest9", revision=0), None, None)
    state.index([to_index()])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.alias_of, found.revision) == (None, 1)


def test_of_several_indexed_revisions_the_latest_is_known(state: State) -> None:
    state.index([to_index(revision=3), to_index(revision=1), to_index(2), to_index(revision=2)])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.revision, state.count()) == (3, 2)


def test_many_records_are_indexed_and_found_by_every_look_up(state: State) -> None:
    state.index(to_index(number, id=f"ecns:i{number:06d}", published_at=number) for number in range(60_000))
    assert state.count() == 60_000
    assert state.original(bytes.fromhex(article(59_999).content_hash)) == "ecns:i059999"
    assert [each.published_at for each in state.due(NOW, youngest=59_998)] == [59_999, 59_998]


def test_the_records_of_a_file_come_in_their_order_but_those_that_a_later_file_revised(state: State) -> None:
    first, second = state.file_number("a.jsonl"), state.file_number("b.jsonl")
    state.store(known(article(2), published_at=NOW - 5, last_checked=NOW), first, 200)
    state.store(known(article(1), published_at=None, first_seen=NOW - 9, last_checked=NOW), first, 100)
    state.store(known(article(3, revision=2)), second, 0)
    hashes = [article(number).content_hash for number in (1, 2)]
    assert list(state.records_of("a.jsonl")) == [
        PublishedRecord("ecns:ihtest1", 1, hashes[0], address(1).url, time(NOW - 9), time(NOW), "second"),
        PublishedRecord("ecns:ihtest2", 1, hashes[1], address(2).url, time(NOW - 5), time(NOW), "second"),
    ]
    assert list(state.records_of("never.jsonl")) == []


def time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_a_file_that_is_dropped_is_unknown(state: State) -> None:
    state.file_number("a.jsonl")
    state.set_committed("a.jsonl", 10, published=True)
    state.drop_file("a.jsonl")
    assert (state.committed("a.jsonl"), state.published_files()) == (0, set())


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
    state.store(known(article(), **({"last_checked": NOW - 10} | before)), None, None)
    state.mark_gone("ecns:ihtest1", NOW - 5, NOW)
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.gone_at, found.last_checked, found.next_check) == expected


@pytest.mark.parametrize(("checked", "expected"), [(NOW - 10, (None, NOW, 99)), (NOW + 1, (NOW - 50, NOW + 1, None))])
def test_an_article_is_marked_as_there_again_unless_it_was_checked_later(
    state: State, checked: int, expected: tuple[int | None, ...]
) -> None:
    state.store(known(article(), gone_at=NOW - 50, last_checked=checked, next_check=None), None, None)
    state.mark_back("ecns:ihtest1", NOW, 99)
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.gone_at, found.last_checked, found.next_check) == expected


# Forgotten articles.


def hash_of(number: int = 1) -> bytes:
    """The content hash of a made-up article."""
    return bytes.fromhex(article(number).content_hash)


def test_nothing_is_known_of_a_forgotten_article_but_that_it_is_forgotten(open_state: Open) -> None:
    first = open_state()
    first.store(known(article(1)), first.file_number("a.jsonl"), 0)
    first.store(known(article(2)), first.file_number("a.jsonl"), 100)
    first.mark_pending(replace(WAITING, id="ecns:ihtest3"))
    for id_ in ("ecns:ihtest1", "ecns:ihtest3"):
        first.forget(id_, [])
    first.commit()
    first.close()
    second = open_state()
    assert [second.is_forgotten(f"ecns:ihtest{number}") for number in (1, 2, 3)] == [True, False, True]
    assert (second.article("ecns:ihtest1"), second.pending("ecns:ihtest3"), second.all_pending()) == (None, None, [])
    assert second.count() == 1
    assert [record.id for record in second.records_of("a.jsonl")] == ["ecns:ihtest2"]
    second.close()


def test_a_forgotten_article_counts_as_seen_by_an_earlier_run_than_any(state: State) -> None:
    state.forget("ecns:ihtest1", [])
    assert state.first_run("ecns:ihtest1") == 0
    assert state.first_run("ecns:ihtest2") is None


def test_the_content_of_a_forgotten_article_is_recognised_in_each_of_its_revisions(state: State) -> None:
    state.store(known(article(1)), None, None)
    state.forget("ecns:ihtest1", [hash_of(1), b"older"])
    assert [state.original(each) for each in (hash_of(1), b"older", hash_of(2))] == [
        "ecns:ihtest1",
        "ecns:ihtest1",
        None,
    ]


def test_a_stored_article_with_the_content_of_a_forgotten_one_is_its_original(state: State) -> None:
    state.forget("ecns:ihtest1", [hash_of(1)])
    state.store(known(article(1), id="ecns:ihtest2"), None, None)
    assert state.original(hash_of(1)) == "ecns:ihtest2"


def test_aliases_stay_until_they_are_forgotten_too(state: State) -> None:
    state.store(known(article(1)), None, None)
    state.store(known(article(1), id="ecns:ihtest2", alias_of="ecns:ihtest1", revision=0), None, None)
    state.forget("ecns:ihtest1", [hash_of(1)])
    assert [alias.id for alias in state.aliases("ecns:ihtest1")] == ["ecns:ihtest2"]
    state.forget("ecns:ihtest2", [])
    assert state.aliases("ecns:ihtest1") == []


def test_an_article_may_be_forgotten_twice(state: State) -> None:
    state.forget("ecns:ihtest1", [hash_of(1)])
    state.forget("ecns:ihtest1", [])
    assert state.is_forgotten("ecns:ihtest1")
    assert state.original(hash_of(1)) == "ecns:ihtest1"
