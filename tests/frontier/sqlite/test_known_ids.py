"""What the state keeps in memory of an id is always what its tables have."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecnscrawl.frontier.records import CacheValidators, PendingArticle, RecordToIndex
from ecnscrawl.frontier.sqlite import known_ids
from ecnscrawl.frontier.sqlite.database import SqliteState
from tests.samples import address, article, known

NOW = 1_795_000_000
NUMBERS = range(4)
PARTS = (CacheValidators("https://www.ecns.cn/1", etag='"a"'), CacheValidators("https://www.ecns.cn/2"))


def _pending(number: int, change: int) -> PendingArticle:
    return PendingArticle(
        address(number).id,
        address(number).url,
        "world" if change % 2 else None,
        NOW,
        change,
        next_try=None if change == 3 else change,
        reason="no" if change else None,
    )


def _record(number: int, change: int, file: int) -> RecordToIndex:
    stored = known(article(number, revision=1 + change))
    assert stored.content_hash is not None
    return RecordToIndex(
        stored.id, stored.revision, stored.content_hash, stored.url, NOW, NOW, 1, None, file, change, "second"
    )


#: Each is called with the state, the number of an article, and a number that makes its effect another one.
CHANGES: dict[str, Callable[[SqliteState, int, int], object]] = {
    "prefetch": lambda state, number, change: state.prefetch([address(each).id for each in range(number, change)]),
    "store": lambda state, number, change: state.store(
        known(article(number), revision=1 + change, parts=PARTS[:change], listing=None), state.file_number("a"), change
    ),
    "store an alias": lambda state, number, change: state.store(
        known(article(number), alias_of=address(change).id, revision=0)
    ),
    "update": lambda state, number, change: state.update(known(article(number), last_checked=NOW + change)),
    "mark pending": lambda state, number, change: state.mark_pending(_pending(number, change)),
    "set the listing": lambda state, number, change: state.set_listing_if_unknown(address(number).id, f"of {change}"),
    "mark gone": lambda state, number, change: state.mark_gone(address(number).id, NOW, NOW * change),
    "mark back": lambda state, number, change: state.mark_back(address(number).id, NOW * change, None),
    "forget": lambda state, number, _: state.forget(address(number).id, [bytes([number]) * 32]),
    "forget given up": lambda state, number, _: state.forget_given_up(number),
    "forget beyond": lambda state, _, change: state.forget_beyond(state.file_number("a"), change),
    "index": lambda state, number, change: state.index([_record(number, change, state.file_number("b"))]),
    "commit": lambda state, *_: state.commit(),
    "rollback": lambda state, *_: state.rollback(),
}


def _asked(state: SqliteState) -> Iterator[object]:
    for number in NUMBERS:
        id_ = address(number).id
        yield state.article(id_), state.pending(id_), state.first_run(id_), state.is_forgotten(id_)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(CHANGES)), st.sampled_from(NUMBERS), st.sampled_from(NUMBERS))))
def test_what_is_kept_is_what_the_tables_have(steps: list[tuple[str, int, int]]) -> None:
    with TemporaryDirectory() as folder:
        state = SqliteState(Path(folder) / "state.sqlite")
        state.commit()  # its tables
        for name, number, change in steps:
            CHANGES[name](state, number, change)
            kept = list(_asked(state))
            state.forget_read()
            assert kept == list(_asked(state)), name
        state.close()


def test_the_first_ids_of_a_listing_are_read_together_also_if_some_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_ids, "MAX_KNOWN", 10)
    state = SqliteState(tmp_path / "state.sqlite")
    listing = [address(number).id for number in range(12)]
    state.prefetch([*listing[:4], "ecns:other1", "ecns:other2", "ecns:other3"])
    state.prefetch([*listing, *listing])
    assert list(state._known) == listing[:10]
    state.close()


def test_no_more_ids_are_kept_than_the_limit_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_ids, "MAX_KNOWN", 10)
    state = SqliteState(tmp_path / "state.sqlite")
    state.mark_pending(_pending(24, 1))
    for ids in (range(7), range(5, 9), range(100)):
        state.prefetch(address(number).id for number in ids)
        assert len(state._known) <= 10
    assert len(state._known) == 10
    assert [state.first_run(address(number).id) for number in (23, 24)] == [None, 1]
    state.close()
