"""Which changes of fields raise an alarm, and which are chance or already over."""

import pytest

from ecnscrawl.items import Article, Image
from ecnscrawl.monitoring.drift import BEFORE, FIELDS, RECENT, extend_history, find_drift, source_letters
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.news import news_profile


def only(field: str, text: str) -> dict[str, str]:
    """A history in which all other fields come from the layout."""
    return {name: text if name == field else "l" * len(text) for name in FIELDS}


def found(before: str, now: str, field: str = "title", sample: int = 10) -> list[str]:
    drifts = find_drift(only(field, before), only(field, now), ECNS.expected_fields, sample)
    return [drift.message for drift in drifts if drift.field == field]


def test_a_record_has_a_letter_for_each_field() -> None:
    article = Article(title="Snow", body=None, images=[Image("https://a/b.jpg")])
    extractors = {"title": "metadata", "blocks": "layout", "editor": "text"}
    read = source_letters(article, extractors)
    assert (read["title"], read["images"], read["body"], read["editor"]) == ("m", "l", "-", "-")


def test_a_field_lost_from_the_layout_is_named_with_its_new_source() -> None:
    message = "title: 0 of 31 from the layout, 31 from metadata, was 100%"
    assert found("l" * 250, "m" * 31) == [message]


def test_the_message_counts_records_without_the_field() -> None:
    message = "title: 0 of 60 from the layout, 20 from the text, 40 without, was 100%"
    assert found("l" * 250, "t" * 20 + "-" * 40) == [message]


@pytest.mark.parametrize("records", [1, 2, 3, 4])
def test_a_few_records_without_a_steady_field_are_chance(records: int) -> None:
    assert found("l" * 250, "m" * records) == []


def test_five_records_in_a_row_without_a_steady_field_are_an_alarm() -> None:
    assert found("l" * 245 + "m" * 2, "m" * 3)
    assert not found("l" * 245 + "m" * 1, "m" * 3)


def test_a_field_that_was_never_steady_may_be_missing_for_a_while() -> None:
    assert found("ll-" * 80, "-----", field="editor") == []


def test_a_field_in_half_of_the_records_raises_no_alarm_by_chance() -> None:
    assert found("l-" * 125, "-" * 12 + "l" * 8, field="images") == []


def test_a_field_that_falls_from_half_of_the_records_to_none_is_an_alarm() -> None:
    assert found("l-" * 125, "-" * 50, field="images") == ["images: 0 of 50 from the layout, 50 without, was 50%"]


def test_a_lost_source_other_than_the_layout_is_an_alarm_too() -> None:
    assert found("m" * 250, "-" * 40, field="summary") == ["summary: 0 of 40 filled, was 100%"]


def test_a_run_whose_own_records_are_fine_raises_no_alarm() -> None:
    assert found("l" * 200 + "m" * 45, "l" * 3) == []


def test_a_run_without_records_raises_no_alarm() -> None:
    assert find_drift(only("title", "m" * 250), {}, ECNS.expected_fields, 10) == []


@pytest.mark.parametrize(("now", "alarms"), [("m" * 9, 0), ("m" * 10, 1), ("l" * 9 + "m", 0), ("l" * 8 + "mm", 1)])
def test_without_a_history_fixed_minimum_shares_apply(now: str, alarms: int) -> None:
    assert len(found("", now)) == alarms


@pytest.mark.parametrize("now", ["-" * 40, "m" * 40])
@pytest.mark.parametrize("before", ["l" * 250, ""])
def test_a_field_that_the_site_is_not_expected_to_have_raises_no_alarm(before: str, now: str) -> None:
    assert find_drift(only("editor", before), only("editor", now), {"title": 0.9}, 10) == []


def test_an_expected_field_without_a_minimum_may_come_from_anywhere_at_first() -> None:
    assert find_drift({}, only("title", "m" * 40), {"title": 0}, 10) == []


def test_an_expected_field_without_a_minimum_raises_an_alarm_when_it_is_lost() -> None:
    drifts = find_drift(only("title", "m" * 250), only("title", "-" * 40), {"title": 0}, 10)
    assert [drift.message for drift in drifts] == ["title: 0 of 40 filled, was 100%"]


def test_a_history_keeps_only_the_records_that_are_compared() -> None:
    kept = extend_history(only("title", "l" * 400), only("title", "m" * 3))
    assert kept["title"] == "l" * (RECENT + BEFORE - 3) + "mmm"


def test_a_field_that_half_of_the_records_had_is_lost_where_none_has_it() -> None:
    drifts = find_drift(only("title", "m-" * 125), only("title", "-" * 50), {"title": 0}, 10)
    assert [drift.message for drift in drifts] == ["title: 0 of 50 filled, was 50%"]


def test_a_field_that_half_of_the_records_had_may_be_rarer_for_a_while_by_chance() -> None:
    assert find_drift(only("title", "m-" * 125), only("title", "m" * 12 + "-" * 38), {"title": 0}, 10) == []


def found_on_unknown_site(before: str, now: str) -> list[str]:
    """The codes of the alarms for a field of a site without a written profile, whose pages have no layout of their own."""
    history, run = (dict.fromkeys(FIELDS, letters) for letters in (before, now))
    expected = news_profile("gazette.example").expected_fields
    return [drift.code for drift in find_drift(history, run, expected, 10) if drift.field == "source"]


@pytest.mark.parametrize(
    ("before", "now", "codes"),
    [
        ("", "-" * 50, []),  # nothing is expected of a site that nobody has described
        ("", "m" * 50, []),
        ("m" * 250, "g" * 50, []),  # another extractor gives it
        ("m" * 250, "-" * 50, ["coverage-lost"]),
        ("m-" * 125, "m-" * 25, []),
        ("-" * 250, "-" * 50, []),
    ],
)
def test_a_site_without_a_profile_is_compared_with_its_own_history_alone(
    before: str, now: str, codes: list[str]
) -> None:
    assert found_on_unknown_site(before, now) == codes
