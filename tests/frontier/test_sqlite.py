"""What has been seen."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle
from ecnscrawl.frontier.sqlite import State
from ecnscrawl.items import Precision
from tests.samples import address, article, known

NOW = 1_795_000_000
WAITING = PendingArticle("ecns:ihtest1", address(1).url, "world", NOW, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state.sqlite"


@pytest.fixture
def state(path: Path) -> Iterator[State]:
    opened = State(path)
    yield opened
    opened.close()


def test_what_is_committed_is_there_the_next_time(path: Path) -> None:
    first = State(path)
    first.store(known(article()), first.file("a.jsonl"), 0)
    first.set_meta("runs", 7)
    first.commit()
    first.close()
    second = State(path)
    assert second.article("ecns:ihtest1") == known(article())
    assert second.get_meta("runs") == 7
    second.close()


def test_what_is_not_committed_is_forgotten(path: Path) -> None:
    first = State(path)
    first.store(known(article(1)), None, None)
    first.commit()
    first.store(known(article(2)), None, None)
    first.close()
    second = State(path)
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


def test_a_state_of_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    State(path).close()
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(CannotStart, match="newer version"):
        State(path)
    with sqlite3.connect(path) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (99,)
    database.close()


@pytest.mark.parametrize(
    "content", [b"not a database at all, just some bytes " * 40, b"\0" * 8192], ids=["text", "zeros"]
)
def test_a_damaged_state_is_an_error_of_the_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(sqlite3.DatabaseError):
        State(path)


def test_a_state_cut_in_half_is_an_error_of_the_database(path: Path) -> None:
    first = State(path)
    for number in range(300):
        first.store(known(article(number)), None, None)
    first.commit()
    first.close()
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(sqlite3.DatabaseError):
        State(path)


def test_a_stored_article_is_pending_no_more(state: State) -> None:
    state.mark_pending(WAITING)
    state.store(known(article(1)), None, None)
    assert state.pending("ecns:ihtest1") is None


def test_a_check_changes_what_is_known_but_not_where_the_record_stands(state: State) -> None:
    number = state.file("a.jsonl")
    state.store(known(article()), number, 5)
    state.check(known(article(), last_checked=NOW, next_check=None))
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


def test_all_articles_that_are_young_enough_are_due_where_asked_for(state: State) -> None:
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


def test_an_unfinished_walk_is_known_until_it_ends(state: State) -> None:
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
    number = state.file("a.jsonl")
    state.set_committed("a.jsonl", 120)
    assert state.file("a.jsonl") == number
    assert state.file("b.jsonl") != number
    assert (state.committed("a.jsonl"), state.committed("never.jsonl")) == (120, 0)


def test_files_are_known_as_published_once_they_are(state: State) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        state.file(name)
    state.set_committed("a.jsonl", 10, published=True)
    state.set_committed("b.jsonl", 10)
    assert state.published_files() == {"a.jsonl"}


def test_records_that_a_file_does_not_hold_are_pending_again(state: State) -> None:
    number = state.file("a.jsonl")
    for place in (1, 2, 3):
        state.store(known(article(place), first_run=place), number, 100 * place)
    assert state.forget_beyond(number, 200) == 2
    assert [state.article(f"ecns:ihtest{place}") is None for place in (1, 2, 3)] == [False, True, True]
    assert state.pending("ecns:ihtest3") == PendingArticle(
        "ecns:ihtest3", address(3).url, "world", known(article(3)).first_seen, 3
    )


def test_a_lost_correction_is_asked_for_again_as_the_revision_that_it_was(state: State) -> None:
    number = state.file("a.jsonl")
    state.store(known(article(1, revision=2)), number, 100)
    state.forget_beyond(number, 0)
    left = state.article("ecns:ihtest1")
    assert left is not None
    assert (left.revision, left.content_hash, left.next_check, left.parts) == (1, None, 0, ())
