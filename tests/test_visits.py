"""The outcome of a visit, for all combinations of the facts that the spider and the pipelines state."""

from itertools import product

import pytest

from ecnscrawl.frontier.records import StoredArticle
from ecnscrawl.visits import Comparison, FetchResult, ListingRead, Outcome, Visit
from tests.samples import MORNING, address, article, known, visit

READ, NOT_MODIFIED, MISSING, FAILED, NO_ARTICLE, ALIAS, RESERVED = FetchResult
STORED = {"none": None, "original": known(article()), "copy": known(article(), alias_of="ecns:ihtest2", revision=0)}
COMPARED = {
    "not compared": None,
    "other": Comparison(),
    "same": Comparison(is_same=True),
    "copy": Comparison(is_copy=True),
}

#: Of a read article inside the dates: comparison, what was stored under its id, and the outcome without and with
#: reasons against the record.
READ_TABLE = [
    ("not compared", "none", Outcome.READ, Outcome.READ),
    ("not compared", "original", Outcome.READ, Outcome.READ),
    ("not compared", "copy", Outcome.READ, Outcome.READ),
    ("other", "none", Outcome.NEW, Outcome.REJECTED),
    ("other", "original", Outcome.UPDATED, Outcome.REJECTED),
    ("other", "copy", Outcome.NEW, Outcome.REJECTED),
    ("same", "none", Outcome.UNCHANGED, Outcome.UNCHANGED),
    ("same", "original", Outcome.UNCHANGED, Outcome.UNCHANGED),
    ("same", "copy", Outcome.UNCHANGED, Outcome.UNCHANGED),
    ("copy", "none", Outcome.DUPLICATE, Outcome.REJECTED),
    ("copy", "original", Outcome.UPDATED, Outcome.REJECTED),
    ("copy", "copy", Outcome.DUPLICATE, Outcome.REJECTED),
]


def made(
    result: FetchResult,
    stored: StoredArticle | None,
    comparison: Comparison | None,
    *,
    is_outside: bool = False,
    reasons: tuple[str, ...] = (),
) -> Visit:
    return Visit(
        address(),
        MORNING,
        result,
        known=stored,
        comparison=comparison,
        is_outside=is_outside,
        reasons=list(reasons),
    )


@pytest.mark.parametrize(("compared", "stored", "expected", "with_reasons"), READ_TABLE)
def test_a_read_article(compared: str, stored: str, expected: Outcome, with_reasons: Outcome) -> None:
    facts = (READ, STORED[stored], COMPARED[compared])
    assert made(*facts).outcome is expected
    assert made(*facts, reasons=("no title",)).outcome is with_reasons


def test_the_table_has_every_combination() -> None:
    assert [row[:2] for row in READ_TABLE] == list(product(COMPARED, STORED))


@pytest.mark.parametrize(("compared", "stored"), list(product(COMPARED, STORED)))
@pytest.mark.parametrize("reasons", [(), ("no title",)])
def test_a_read_article_of_other_days_is_outside_whatever_else_is_known(
    compared: str, stored: str, reasons: tuple[str, ...]
) -> None:
    found = made(READ, STORED[stored], COMPARED[compared], is_outside=True, reasons=reasons)
    assert found.outcome is Outcome.OUTSIDE


@pytest.mark.parametrize(
    ("compared", "is_outside", "reasons"), list(product(COMPARED, (False, True), ((), ("HTTP 404",))))
)
@pytest.mark.parametrize(
    ("result", "stored", "expected"),
    [
        (NOT_MODIFIED, "none", Outcome.UNCHANGED),
        (NOT_MODIFIED, "original", Outcome.UNCHANGED),
        (NOT_MODIFIED, "copy", Outcome.UNCHANGED),
        (MISSING, "none", Outcome.FAILED),
        (MISSING, "original", Outcome.GONE),
        (MISSING, "copy", Outcome.GONE),
        (FAILED, "none", Outcome.FAILED),
        (FAILED, "original", Outcome.FAILED),
        (FAILED, "copy", Outcome.FAILED),
        (NO_ARTICLE, "none", Outcome.SKIPPED),
        (ALIAS, "none", Outcome.SKIPPED),
        (RESERVED, "none", Outcome.SKIPPED),
        (RESERVED, "original", Outcome.SKIPPED),
    ],
)
def test_an_article_that_was_not_read(
    result: FetchResult, stored: str, expected: Outcome, compared: str, is_outside: bool, reasons: tuple[str, ...]
) -> None:
    found = made(result, STORED[stored], COMPARED[compared], is_outside=is_outside, reasons=reasons)
    assert found.outcome is expected


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_can_come_of_facts(outcome: Outcome) -> None:
    assert visit(outcome).outcome is outcome


def test_nobody_assigns_an_outcome() -> None:
    with pytest.raises(AttributeError):
        visit(Outcome.NEW).outcome = Outcome.GONE  # type: ignore[misc]


def test_a_visit_in_a_log_is_short() -> None:
    assert repr(visit(Outcome.GONE)) == f"<Visit gone {address().url}>"


def test_a_visit_and_a_listing_page_are_shown_without_the_page_that_they_hold() -> None:
    assert repr(made(MISSING, STORED["original"], None)) == f"<Visit gone {address().url}>"
    assert repr(ListingRead("world", 2)) == "<ListingRead world, page 2>"


def test_a_visit_is_whole_unless_the_spider_says_otherwise() -> None:
    whole = Visit(address(), MORNING, READ)
    assert (whole.is_incomplete, whole.was_cut, whole.is_outside, whole.reasons) == (False, False, False, [])
