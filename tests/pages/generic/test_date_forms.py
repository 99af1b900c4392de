"""Dates in many forms and languages."""

from datetime import date

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

import ecnscrawl
from ecnscrawl.normalize import timestamps
from ecnscrawl.pages.generic.date_forms import _REGIONS, find_dates, month_names
from ecnscrawl.pages.generic.stated_dates import in_path, read_time
from tests.pages.generic.dated_pages import URL


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Publié le 3 août 2026 à 09h30", "fr", "2026-08-03T09:30"),
        ("1er août 2026", "fr", "2026-08-01"),
        ("Montag, 3. August 2026, 9.30 Uhr", "de", "2026-08-03T09:30"),
        ("03.08.2026", "de-AT", "2026-08-03"),
        ("3 de agosto de 2026 - 09:30", "es", "2026-08-03T09:30"),
        ("3 agosto 2026 alle ore 09:30", "it", "2026-08-03T09:30"),
        ("03/08/2026 às 09:30", "pt-BR", "2026-08-03T09:30"),
        ("August 3rd, 2026 at 9:30 p.m.", "en", "2026-08-03T21:30"),
        ("Aug. 3, 2026 12:05 AM EDT", "en-US", "2026-08-03T00:05 EDT"),
        ("8/3/2026", "en-US", "2026-08-03"),
        ("03/08/2026", "en-GB", "2026-08-03"),
        ("8/13/2026", "en", "2026-08-13"),
        ("2026年8月3日(月) 09時30分", "ja", "2026-08-03T09:30"),
        ("2026-08-03 09:30:15", "zh", "2026-08-03T09:30:15"),
        ("2026. 8. 3. 09:30", "ko", "2026-08-03T09:30"),
        ("2026년 8월 3일", "ko", "2026-08-03"),
        ("3 августа 2026 г. в 09:30", "ru", "2026-08-03T09:30"),
        ("3 sierpnia 2026", "pl", "2026-08-03"),
        ("2026. augusztus 3. 09:30", "hu", "2026-08-03T09:30"),
        ("3 Ağustos 2026 09:30", "tr", "2026-08-03T09:30"),
        ("3 Αυγούστου 2026", "el", "2026-08-03"),
        ("٣ أغسطس ٢٠٢٦", "ar", "2026-08-03"),
        ("3 באוגוסט 2026, 09:30", "he", "2026-08-03T09:30"),
        ("12 สิงหาคม 2569", "th", "2026-08-12"),
        ("ב-3.8.2026", "he", "2026-08-03"),
        ("12 สิงหาคม พ.ศ. 2569 09:30", "th", "2026-08-12T09:30"),
        ("3 آب 2026", "ar", "2026-08-03"),
        ("24 تشرين الثاني 2026 - 14:05", "ar-LB", "2026-11-24T14:05"),
        ("24 تشرين الثاني، 2026", "ar", "2026-11-24"),
        ("24 كانون الاول 2026", "ar", "2026-12-24"),
        ("24 تشرين الثاني/نوفمبر 2026", "ar", "2026-11-24"),
        ("٢٤ نوفمبر/تشرين الثاني ٢٠٢٦", "ar", "2026-11-24"),
        ("3 أوت 2026", "ar-TN", "2026-08-03"),
        ("3 جويلية 2026", "ar", "2026-07-03"),
        ("3 غشت 2026", "ar-MA", "2026-08-03"),
        ("3 جنوری 2026", "fa-AF", "2026-01-03"),
        ("令和8年8月3日（月）09時30分", "ja", "2026-08-03T09:30"),
        ("令和元年８月３日", "ja", "2019-08-03"),
        ("平成30年8月3日", "ja", "2018-08-03"),
        ("2026年（令和8年）8月3日", "ja", "2026-08-03"),
        ("令和8年（2026年）8月3日", "ja", "2026-08-03"),
        ("Ngày 3/8/2026, 09:30 (GMT+7)", "vi", "2026-08-03T09:30 GMT+7"),
        ("Mo 03.08.26 | 09:30 Uhr", "de", "2026-08-03T09:30"),
        ("08/03/26 9:30pm", "en-US", "2026-08-03T21:30"),
        ("2026-08-03T09:30-05:00", "en", "2026-08-03T09:30 -05:00"),
        ("3 August 2026 09:30-10:30", "en", "2026-08-03"),
    ],
)
def test_a_date_is_read_in_the_language_of_its_page(text: str, language: str, expected: str) -> None:
    assert [found.iso for found in find_dates(text, language)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("٣ أغسطس ٢٠٢٦", "2026-08-03"),
        ("24 تشرين الثاني 2026 - 14:05", "2026-11-24T14:05"),
        ("3 באוגוסט 2026, 09:30", "2026-08-03T09:30"),
        ("3 Αυγούστου 2026", "2026-08-03"),
        ("12 สิงหาคม 2569", "2026-08-12"),
        ("3 August 2026", "2026-08-03"),
    ],
)
def test_the_script_says_the_months_of_a_page_that_names_no_language(text: str, expected: str) -> None:
    assert [found.iso for found in find_dates(text, "und")] == [expected]


def test_the_script_does_not_count_where_the_page_names_its_language() -> None:
    assert find_dates("٣ أغسطس ٢٠٢٦", "fa") == []


def test_a_page_in_arabic_that_names_no_language_has_its_time() -> None:
    markup = (
        "<h1>بيانو على العبارة</h1><p>٣ أغسطس ٢٠٢٦</p>" + "<p>وصلت العبارة إلى الميناء وعلى متنها بيانو كبير.</p>" * 5
    )
    article = ecnscrawl.extract(markup.encode(), URL)
    assert article is not None
    assert (article.published_at, article.published_precision) == ("2026-08-03T00:00:00Z", "day")


@pytest.mark.parametrize("text", ["8/3/2026", "1.234.2026", "31/02/2026", "2026-13-01", "3 August", "Tel. 12-08-20267"])
def test_what_is_ambiguous_or_no_date_is_not_read(text: str) -> None:
    assert find_dates(text, "en") == []


@pytest.mark.parametrize(
    ("text", "language"), [("24 آب/سبتمبر 2026", "ar"), ("3 آذر 1405", "fa"), ("1 رجب 1448", "ar")]
)
def test_two_months_or_a_calendar_that_is_not_known_are_no_date(text: str, language: str) -> None:
    assert find_dates(text, language) == []


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_no_name_means_two_months_in_two_countries(language: str) -> None:
    first, *others = (_names(each) for each in (language, *_REGIONS[language]))
    for names in others:
        assert {name: first.get(name, month) for name, month in names.items()} == names
        assert names.items() <= month_names(language).items()


def _names(locale: str) -> dict[str, int]:
    return {name: number for number, name in get_month_names("wide", locale=locale).items()}


def test_an_impossible_time_leaves_the_day() -> None:
    assert find_dates("3 August 2026, 27:30", "en")[0].iso == "2026-08-03"


@pytest.mark.parametrize(
    ("text", "iso"),
    [("20260803", "2026-08-03"), ("1785745800", "2026-08-03T08:30:00 Z"), ("1785745800000", "2026-08-03T08:30:00 Z")],
)
def test_metadata_may_state_a_time_as_a_number(text: str, iso: str) -> None:
    found = read_time(text)
    assert found is not None
    assert found.iso == iso


def test_a_language_that_is_not_known_has_no_months() -> None:
    assert month_names("xx-unknown") == {}
    assert month_names("de")["märz"] == 3


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/world/2026/08/03/piano", "2026-08-03"),
        ("/2026-08/03/c1.shtml", "2026-08-03"),
        ("/article/2026/aug/03/piano", "2026-08-03"),
        ("/news-20260803-piano", "2026-08-03"),
        ("/2026/13/45/piano", None),
        ("/id/202608031234567", None),
    ],
)
def test_a_day_in_a_path(path: str, day: str | None) -> None:
    found = in_path(f"https://www.harbourpost.example{path}")
    assert (found.isoformat() if found else None) == day


@given(st.text(max_size=120), st.sampled_from(["en", "de", "zh", "ar", "und", "", "x"]))
def test_every_date_that_is_found_can_be_parsed(text: str, language: str) -> None:
    for found in find_dates(text, language):
        assert timestamps.parse(found.day.isoformat(), None) is not None
        assert 0 <= found.start < found.end <= len(text)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(["de", "fr", "es", "ru", "pl"]))
def test_a_date_with_the_name_of_its_month_is_read_back(day: date, language: str) -> None:
    names = {number: name for name, number in month_names(language).items() if len(name) > 3}
    if day.month in names:
        found = find_dates(f"{day.day} {names[day.month]} {day.year}", language)
        assert [each.day for each in found] == [day]
