"""Drift: what is an alarm, and what is chance or long over."""

import pytest

from ecnscrawl.drift import BEFORE, FIELDS, RECENT, extend_history, find_drift, source_letters
from ecnscrawl.items import Article, Image


def only(field: str, text: str) -> dict[str, str]:
    """A history in which all other fields are as ever."""
    return {name: text if name == field else "l" * len(text) for name in FIELDS}


def found(before: str, now: str, field: str = "title", sample: int = 10) -> list[str]:
    return [
        drift.message for drift in find_drift(only(field, before), only(field, now), sample) if drift.field == field
    ]


def test_a_record_has_a_letter_for_each_field() -> None:
    article = Article(title="Snow", body=None, images=[Image("https://a/b.jpg")])
    rungs = {"title": "metadata", "blocks": "layout", "editor": "text"}
    read = source_letters(article, rungs)
    assert (read["title"], read["images"], read["body"], read["editor"]) == ("m", "l", "-", "-")


def test_a_layout_that_gives_nothing_any_more_is_named_with_what_gives_it_now() -> None:
    message = "title: 0 of 31 from the layout, 31 from metadata, was 100%"
    assert found("l" * 250, "m" * 31) == [message]


def test_a_field_that_is_missing_is_said_to_be_without() -> None:
    message = "title: 0 of 60 from the layout, 20 from the text, 40 without, was 100%"
    assert found("l" * 250, "t" * 20 + "-" * 40) == [message]


@pytest.mark.parametrize("records", [1, 2, 3, 4])
def test_a_few_records_without_a_firm_field_are_chance(records: int) -> None:
    assert found("l" * 250, "m" * records) == []


def test_the_fifth_in_a_row_is_none() -> None:
    assert found("l" * 245 + "m" * 2, "m" * 3)
    assert not found("l" * 245 + "m" * 1, "m" * 3)


def test_a_field_that_was_never_firm_may_be_missing_for_a_while() -> None:
    assert found("ll-" * 80, "-----", field="editor") == []


def test_a_field_that_half_of_the_records_have_does_not_flap() -> None:
    assert found("l-" * 125, "-" * 12 + "l" * 8, field="images") == []


def test_a_field_that_half_of_the_records_have_and_then_none_is_an_alarm() -> None:
    assert found("l-" * 125, "-" * 50, field="images") == ["images: 0 of 50 from the layout, 50 without, was 50%"]


def test_a_lower_rung_that_gives_out_is_an_alarm_too() -> None:
    assert found("m" * 250, "-" * 40, field="summary") == ["summary: 0 of 40 filled, was 100%"]


def test_a_run_whose_own_records_are_well_is_well() -> None:
    assert found("l" * 200 + "m" * 45, "l" * 3) == []


def test_a_run_without_records_judges_nothing() -> None:
    assert find_drift(only("title", "m" * 250), {}, 10) == []


@pytest.mark.parametrize(("now", "alarms"), [("m" * 9, 0), ("m" * 10, 1), ("l" * 9 + "m", 0), ("l" * 8 + "mm", 1)])
def test_without_a_history_there_are_fixed_floors(now: str, alarms: int) -> None:
    assert len(found("", now)) == alarms


def test_a_history_keeps_what_is_compared_and_no_more() -> None:
    kept = extend_history(only("title", "l" * 400), only("title", "m" * 3))
    assert kept["title"] == "l" * (RECENT + BEFORE - 3) + "mmm"
