"""The changes that each outcome makes in the state, by what was known before."""

import dataclasses
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from ecnscrawl.frontier.changes import (
    AddAlias,
    Change,
    MarkPending,
    NoteGone,
    NoteReturn,
    SetListingIfUnknown,
    UpdateArticle,
    WriteRecord,
    WriteReject,
)
from ecnscrawl.frontier.outcomes import Outcome
from ecnscrawl.frontier.records import CacheValidators, PendingArticle, StoredArticle
from ecnscrawl.frontier.transitions import Before, Limits, Seen, changes, link_changes
from ecnscrawl.normalize.timestamps import StatedTime
from tests.samples import address, article

HOUR = 3600
PUBLISHED = 1_795_413_600  # 2026-11-23T06:00:00Z, as the article states
FETCHED = PUBLISHED + 90 * 60
NOW = FETCHED + 10 * HOUR
RUN = 7
LIMITS = Limits(recheck_ages=(HOUR, 3 * HOUR, 24 * HOUR), pending_attempts=3, pending_backoff=HOUR)
LINK = address()
OLD_PARTS = (CacheValidators(LINK.url, '"old"'),)
PARTS = (CacheValidators(LINK.url, '"new"'),)
HASH = bytes.fromhex(article().content_hash)

STORED = StoredArticle(
    id=LINK.id,
    url=LINK.url,
    listing="business",
    content_hash=b"before",
    revision=1,
    alias_of=None,
    published_at=PUBLISHED,
    first_seen=FETCHED - 50,
    first_run=3,
    last_checked=FETCHED,
    next_check=PUBLISHED + 3 * HOUR,
    parts=OLD_PARTS,
    gone_at=None,
    published_precision="second",
)
GONE = replace(STORED, gone_at=FETCHED + HOUR, last_checked=FETCHED + HOUR, next_check=None)
ALIAS = replace(STORED, alias_of="ecns:ihtest9", revision=0)
PENDING = PendingArticle(LINK.id, LINK.url, "sports", FETCHED - 70, 2, attempts=1, next_try=NOW - 5, reason="HTTP 503")
SEEN = Seen(LINK, NOW, RUN, listing="world", article=article(), parts=PARTS, reasons=("timed out", "again"))

NOTHING = Before()
KNOWN = Before(STORED)
WAITING = Before(pending=PENDING)
KNOWN_GONE = Before(GONE)
KNOWN_ALIAS = Before(ALIAS)

READ = StoredArticle(
    id=LINK.id,
    url=LINK.url,
    listing="world",
    content_hash=HASH,
    revision=1,
    alias_of=None,
    published_at=PUBLISHED,
    first_seen=FETCHED,
    first_run=RUN,
    last_checked=FETCHED,
    next_check=PUBLISHED + 3 * HOUR,
    parts=PARTS,
    gone_at=None,
    published_precision="second",
)
READ_AGAIN = replace(READ, listing="business", first_seen=FETCHED - 50, first_run=3)
CHECKED = replace(STORED, last_checked=NOW, next_check=PUBLISHED + 24 * HOUR)
UNCHANGED = replace(CHECKED, parts=PARTS)
FIRST_FAILURE = PendingArticle(LINK.id, LINK.url, "world", NOW, RUN, 1, NOW + HOUR, "timed out; again")
NEXT_FAILURE = replace(PENDING, attempts=2, next_try=NOW + 2 * HOUR, reason="timed out; again")
NOT_YET = PendingArticle(LINK.id, LINK.url, "world", NOW, RUN, 0, 0, None, PUBLISHED, "second")

TABLE: list[tuple[Outcome, Before, list[Change]]] = [
    (Outcome.NEW, NOTHING, [WriteRecord(READ)]),
    (Outcome.NEW, WAITING, [WriteRecord(replace(READ, listing="sports", first_seen=FETCHED - 70, first_run=2))]),
    (Outcome.NEW, KNOWN_ALIAS, [WriteRecord(READ_AGAIN)]),
    (Outcome.UPDATED, KNOWN, [WriteRecord(READ_AGAIN)]),
    (Outcome.UPDATED, Before(STORED, PENDING), [WriteRecord(READ_AGAIN)]),
    (Outcome.UPDATED, KNOWN_GONE, [NoteReturn(GONE, NOW), WriteRecord(READ_AGAIN)]),
    (Outcome.DUPLICATE, NOTHING, [AddAlias(replace(READ, alias_of="ecns:ihtest2", revision=0))]),
    (Outcome.DUPLICATE, KNOWN_ALIAS, [AddAlias(replace(READ_AGAIN, alias_of="ecns:ihtest2", revision=0))]),
    (Outcome.UNCHANGED, NOTHING, []),
    (Outcome.UNCHANGED, KNOWN, [UpdateArticle(UNCHANGED)]),
    (Outcome.UNCHANGED, KNOWN_GONE, [NoteReturn(GONE, NOW), UpdateArticle(UNCHANGED)]),
    (Outcome.UNCHANGED, KNOWN_ALIAS, [UpdateArticle(replace(UNCHANGED, alias_of="ecns:ihtest9", revision=0))]),
    (
        Outcome.UNCHANGED,
        Before(replace(ALIAS, gone_at=5)),  # no file has said that it was gone, so none says that it is back
        [UpdateArticle(replace(UNCHANGED, alias_of="ecns:ihtest9", revision=0))],
    ),
    (Outcome.GONE, NOTHING, [MarkPending(FIRST_FAILURE)]),
    (Outcome.GONE, WAITING, [MarkPending(NEXT_FAILURE)]),
    (
        Outcome.GONE,
        KNOWN,
        [UpdateArticle(replace(STORED, last_checked=NOW, next_check=None, gone_at=NOW)), NoteGone(STORED, NOW)],
    ),
    (
        Outcome.GONE,
        KNOWN_GONE,
        [UpdateArticle(replace(GONE, last_checked=NOW)), NoteGone(GONE, NOW), MarkPending(FIRST_FAILURE)],
    ),
    (
        Outcome.GONE,
        Before(GONE, PENDING),
        [UpdateArticle(replace(GONE, last_checked=NOW)), NoteGone(GONE, NOW), MarkPending(NEXT_FAILURE)],
    ),
    (Outcome.GONE, KNOWN_ALIAS, [UpdateArticle(replace(ALIAS, last_checked=NOW, next_check=None, gone_at=NOW))]),
    (Outcome.FAILED, NOTHING, [MarkPending(FIRST_FAILURE)]),
    (Outcome.FAILED, WAITING, [MarkPending(NEXT_FAILURE)]),
    (Outcome.FAILED, KNOWN, [UpdateArticle(CHECKED), MarkPending(FIRST_FAILURE)]),
    (Outcome.FAILED, KNOWN_GONE, [MarkPending(FIRST_FAILURE)]),
    (Outcome.REJECTED, NOTHING, [WriteReject(("timed out", "again")), MarkPending(FIRST_FAILURE)]),
    (
        Outcome.REJECTED,
        Before(STORED, PENDING),
        [WriteReject(("timed out", "again")), UpdateArticle(CHECKED), MarkPending(NEXT_FAILURE)],
    ),
    (Outcome.REJECTED, KNOWN_GONE, [WriteReject(("timed out", "again")), MarkPending(FIRST_FAILURE)]),
    (Outcome.OUTSIDE, NOTHING, [MarkPending(NOT_YET)]),
    (
        Outcome.OUTSIDE,
        WAITING,  # it has not failed, so that it is tried at once by a run that asks for its day
        [MarkPending(replace(PENDING, published_at=PUBLISHED, published_precision="second", next_try=0))],
    ),
    (Outcome.OUTSIDE, KNOWN, []),
    (Outcome.OUTSIDE, KNOWN_GONE, []),
    (Outcome.SKIPPED, NOTHING, [MarkPending(replace(FIRST_FAILURE, attempts=0, next_try=None))]),
    (Outcome.SKIPPED, WAITING, [MarkPending(replace(PENDING, next_try=None, reason="timed out; again"))]),
    (Outcome.SKIPPED, KNOWN, [UpdateArticle(CHECKED)]),
]


@pytest.mark.parametrize(("outcome", "before", "expected"), TABLE)
def test_an_outcome_makes_these_changes(outcome: Outcome, before: Before, expected: list[Change]) -> None:
    seen = replace(SEEN, original="ecns:ihtest2") if outcome is Outcome.DUPLICATE else SEEN
    assert list(changes(outcome, before, seen, LIMITS)) == expected


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE])
def test_another_address_of_a_stored_article_is_not_requested_again(outcome: Outcome) -> None:
    other = address(2)
    seen = replace(SEEN, requested=other, original="ecns:ihtest9")
    *_, last = changes(outcome, NOTHING, seen, LIMITS)
    reason = f"another address of {LINK.url}"
    assert last == MarkPending(PendingArticle(other.id, other.url, "world", NOW, RUN, next_try=None, reason=reason))


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REJECTED, Outcome.OUTSIDE])
def test_another_address_of_an_article_that_is_not_stored_is_requested_again(outcome: Outcome) -> None:
    made = changes(outcome, NOTHING, replace(SEEN, requested=address(2)), LIMITS)
    assert [change for change in made if isinstance(change, MarkPending) and change.pending.next_try is None] == []


def test_the_table_has_every_outcome_that_reaches_the_state() -> None:
    assert {outcome for outcome, _, _ in TABLE} == set(Outcome) - {Outcome.READ}


def test_an_article_of_which_nothing_is_decided_is_an_error() -> None:
    with pytest.raises(ValueError, match="no pipeline has decided"):
        changes(Outcome.READ, NOTHING, SEEN, LIMITS)


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.UPDATED, Outcome.DUPLICATE, Outcome.OUTSIDE])
def test_an_outcome_of_a_record_without_the_record_is_an_error(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="without a record"):
        changes(outcome, NOTHING, replace(SEEN, article=None), LIMITS)


def test_an_unchanged_article_without_new_validators_keeps_the_old_ones() -> None:
    found = changes(Outcome.UNCHANGED, KNOWN, replace(SEEN, parts=()), LIMITS)
    assert found == (UpdateArticle(CHECKED),)


def test_an_article_that_was_gone_from_the_beginning_of_time_stays_gone_since_then() -> None:
    first, *_ = changes(Outcome.GONE, Before(replace(GONE, gone_at=0)), SEEN, LIMITS)
    assert first == UpdateArticle(replace(GONE, gone_at=0, last_checked=NOW))


def test_a_link_is_given_up_after_the_last_attempt() -> None:
    before = Before(pending=replace(PENDING, attempts=2))
    (change,) = changes(Outcome.FAILED, before, SEEN, LIMITS)
    assert change == MarkPending(replace(PENDING, attempts=3, next_try=None, reason="timed out; again"))


def test_an_article_past_all_ages_is_not_checked_again() -> None:
    change, _ = changes(Outcome.FAILED, KNOWN, replace(SEEN, at=PUBLISHED + 25 * HOUR), LIMITS)
    assert isinstance(change, UpdateArticle)
    assert change.known.next_check is None


befores = st.builds(
    Before,
    st.sampled_from([None, STORED, GONE, ALIAS, replace(ALIAS, gone_at=9)]),
    st.sampled_from([None, PENDING, replace(PENDING, attempts=9, next_try=None)]),
)
outcomes = st.sampled_from(sorted(set(Outcome) - {Outcome.READ}))


@given(outcomes, befores)
def test_what_is_known_of_an_id_is_never_forgotten_and_written_once_at_most(outcome: Outcome, before: Before) -> None:
    made = changes(outcome, before, replace(SEEN, original="ecns:ihtest2"), LIMITS)
    written = [change for change in made if isinstance(change, WriteRecord | AddAlias | UpdateArticle)]
    pending = [change for change in made if isinstance(change, MarkPending)]
    assert len(written) <= 1
    assert len(pending) <= 1
    for change in written:
        assert change.known.id == LINK.id
        first = before.stored or before.pending
        if first:
            assert (change.known.first_seen, change.known.first_run) == (first.first_seen, first.first_run)
    # To store an article ends its waiting, so that a link that is to be tried again is marked after that.
    kinds = [type(change) for change in made]
    assert MarkPending not in kinds or kinds[-1] is MarkPending


@given(outcomes, befores)
def test_a_record_is_written_exactly_for_a_new_and_an_updated_article(outcome: Outcome, before: Before) -> None:
    made = changes(outcome, before, replace(SEEN, original="ecns:ihtest2"), LIMITS)
    assert any(isinstance(change, WriteRecord) for change in made) is (outcome in (Outcome.NEW, Outcome.UPDATED))


# Links of a listing.

DAY = StatedTime(datetime(2026, 11, 23, tzinfo=UTC), "day")
MINUTE = StatedTime(datetime(2026, 11, 23, 7, 30, tzinfo=UTC), "minute")
FOUND = PendingArticle(LINK.id, LINK.url, "world", NOW, RUN)
LISTED = SetListingIfUnknown(LINK.id, "world")


def timed(pending: PendingArticle, stated: StatedTime) -> PendingArticle:
    return replace(pending, published_at=int(stated.at.timestamp()), published_precision=stated.precision)


@pytest.mark.parametrize(
    ("is_known", "pending", "stated", "expected"),
    [
        (False, None, None, [MarkPending(FOUND)]),
        (False, None, MINUTE, [MarkPending(timed(FOUND, MINUTE))]),
        (True, None, None, [LISTED]),
        (True, None, MINUTE, [LISTED]),  # it is stored, with its own time
        (True, PENDING, None, [LISTED]),
        (True, PENDING, DAY, [LISTED, MarkPending(timed(PENDING, DAY))]),
        (True, timed(PENDING, DAY), MINUTE, [LISTED, MarkPending(timed(PENDING, MINUTE))]),
        (True, timed(PENDING, MINUTE), DAY, [LISTED]),
        (True, timed(PENDING, MINUTE), dataclasses.replace(MINUTE, precision="second"), [LISTED]),
    ],
)
def test_a_link_makes_these_changes(
    is_known: bool, pending: PendingArticle | None, stated: StatedTime | None, expected: list[Change]
) -> None:
    found = link_changes(LINK, "world", is_known=is_known, pending=pending, stated=stated, at=NOW, run=RUN)
    assert list(found) == expected
