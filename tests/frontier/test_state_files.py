"""The contract of a state that knows the files of records: where each record stands, and what is indexed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from ecnscrawl.frontier.base import FileState
from ecnscrawl.frontier.records import (
    PendingArticle,
    PublishedRecord,
    RecordToIndex,
    StoredArticle,
)
from ecnscrawl.frontier.sqlite.database import SqliteState
from tests.frontier.stores import NOW, WAITING
from tests.samples import address, article, known


@pytest.fixture
def state(tmp_path: Path) -> Iterator[FileState]:
    opened = SqliteState(tmp_path / "state.sqlite")
    yield opened
    opened.close()


def test_a_check_changes_what_is_known_but_not_where_the_record_stands(state: FileState) -> None:
    number = state.file_number("a.jsonl")
    state.store(known(article()), number, 5)
    state.update(known(article(), last_checked=NOW, next_check=None))
    stored = state.article("ecns:ihtest1")
    assert stored == known(article(), last_checked=NOW, next_check=None)
    assert state.forget_beyond(number, 5) == 1


def test_a_file_keeps_its_number_and_how_far_it_is_known(state: FileState) -> None:
    number = state.file_number("a.jsonl")
    state.set_committed("a.jsonl", 120)
    assert state.file_number("a.jsonl") == number
    assert state.file_number("b.jsonl") != number
    assert (state.committed("a.jsonl"), state.committed("never.jsonl")) == (120, 0)


def test_files_are_known_as_published_once_they_are(state: FileState) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        state.file_number(name)
    state.set_committed("a.jsonl", 10, published=True)
    state.set_committed("b.jsonl", 10)
    assert state.published_files() == {"a.jsonl"}


def test_records_that_a_file_does_not_hold_are_pending_again(state: FileState) -> None:
    number = state.file_number("a.jsonl")
    for place in (1, 2, 3):
        state.store(known(article(place), first_run=place), number, 100 * place)
    assert state.forget_beyond(number, 200) == 2
    assert [state.article(f"ecns:ihtest{place}") is None for place in (1, 2, 3)] == [False, True, True]
    assert state.pending("ecns:ihtest3") == PendingArticle(
        "ecns:ihtest3", address(3).url, "world", known(article(3)).first_seen, 3
    )


def test_a_lost_correction_is_requested_again_as_the_revision_that_it_was(state: FileState) -> None:
    number = state.file_number("a.jsonl")
    state.store(known(article(1, revision=2)), number, 100)
    state.forget_beyond(number, 0)
    left = state.article("ecns:ihtest1")
    assert left is not None
    assert (left.revision, left.content_hash, left.next_check, left.parts) == (1, None, 0, ())


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


def test_an_indexed_record_is_known_with_all_that_its_file_says(state: FileState) -> None:
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


def test_an_indexed_record_keeps_when_and_where_it_was_first_seen_and_is_pending_no_more(state: FileState) -> None:
    state.mark_pending(replace(WAITING, listing="business", first_seen=NOW - 900, first_run=2))
    state.index([to_index()])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.listing, found.first_seen, found.first_run) == ("business", NOW - 900, 2)
    assert state.pending("ecns:ihtest1") is None


@pytest.mark.parametrize(("indexed", "expected"), [(1, 2), (2, 2), (3, 3)])
def test_only_a_later_revision_replaces_what_is_known(state: FileState, indexed: int, expected: int) -> None:
    state.store(known(article(1, revision=2), url="https://www.ecns.cn/known"))
    state.index([to_index(revision=indexed)])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert found.revision == expected
    assert (found.url == "https://www.ecns.cn/known") is (indexed <= 2)


def test_a_pending_article_whose_known_revision_is_later_stays_pending(state: FileState) -> None:
    state.store(known(article(1, revision=2)), state.file_number("b.jsonl"), 0)
    state.mark_pending(WAITING)
    state.index([to_index(file=state.file_number("a.jsonl"))])
    assert state.pending("ecns:ihtest1") == WAITING


def test_an_indexed_record_replaces_an_alias_of_its_id(state: FileState) -> None:
    state.store(known(article(1), alias_of="ecns:ihtest9", revision=0))
    state.index([to_index()])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.alias_of, found.revision) == (None, 1)


def test_of_several_indexed_revisions_the_latest_is_known(state: FileState) -> None:
    state.index([to_index(revision=3), to_index(revision=1), to_index(2), to_index(revision=2)])
    found = state.article("ecns:ihtest1")
    assert found is not None
    assert (found.revision, state.count()) == (3, 2)


def test_what_is_asked_while_records_are_indexed_is_known_afterwards(state: FileState) -> None:
    def records() -> Iterator[RecordToIndex]:
        for number in (1, 2):
            assert state.article(address(number).id) is None
            yield to_index(number)

    state.index(records())
    assert [each.revision for number in (1, 2) if (each := state.article(address(number).id))] == [1, 1]


def test_many_records_are_indexed_and_found_by_every_look_up(state: FileState) -> None:
    state.index(to_index(number, id=f"ecns:i{number:06d}", published_at=number) for number in range(60_000))
    assert state.count() == 60_000
    assert state.original(bytes.fromhex(article(59_999).content_hash)) == "ecns:i059999"
    assert [each.published_at for each in state.due(NOW, youngest=59_998)] == [59_999, 59_998]


def test_the_records_of_a_file_come_in_their_order_but_those_that_a_later_file_revised(state: FileState) -> None:
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


def test_a_file_that_is_dropped_is_unknown(state: FileState) -> None:
    state.file_number("a.jsonl")
    state.set_committed("a.jsonl", 10, published=True)
    state.drop_file("a.jsonl")
    assert (state.committed("a.jsonl"), state.published_files()) == (0, set())


def test_a_file_has_no_record_of_a_forgotten_article(state: FileState) -> None:
    for place in (1, 2):
        state.store(known(article(place)), state.file_number("a.jsonl"), 100 * place)
    state.forget(article(1).id, [])
    assert [record.id for record in state.records_of("a.jsonl")] == ["ecns:ihtest2"]
