"""The arguments of a crawl."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.crawling.arguments import KNOWN, argument_warnings
from ecnscrawl.crawling.arguments import parse as parse_at
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.spiders.ecns import EcnsSpider

NOW = datetime(2026, 11, 23, 18, 30, 15, tzinfo=UTC)  # 02:30 of the 24th at the site
SITE = EcnsSpider.profile
CHINA = EcnsSpider.profile.zone
ONE = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
TWO = "https://www.ecns.cn/2018/05-03/301274.shtml"


def parse(site: SiteProfile, given_: Mapping[str, str]) -> Arguments:
    return parse_at(site, given_, now=NOW)


def refusal(given_: Mapping[str, str]) -> str:
    """The one line that a user gets."""
    with pytest.raises(WrongUsage) as caught:
        parse(SITE, given_)
    line = str(caught.value)
    assert line.startswith("ecns: ")
    assert "\n" not in line
    return line


def test_without_arguments_everything_new_is_requested() -> None:
    assert parse(SITE, {}) == Arguments(
        sections=None, since=None, until=None, max_pages=None, urls=None, full=False, recheck="due"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("world", ("world",)),
        ("world,business", ("world", "business")),
        (" /world/ , china/politics/,", ("world", "china/politics")),
        ("world,world", ("world",)),
        ("World,CHINA/Politics,world", ("world", "china/politics")),
    ],
)
def test_sections_are_named_by_their_paths(text: str, expected: tuple[str, ...]) -> None:
    assert parse(SITE, {"sections": text}).sections == expected


def second(*written: int) -> StatedTime:
    return StatedTime(datetime(*written, tzinfo=UTC), "second")  # type: ignore[arg-type, misc]


def test_a_day_is_the_sites_day_with_both_ends_included() -> None:
    asked = parse(SITE, {"since": "2026-11-01", "until": "2026-11-20"})
    assert asked.since == datetime(2026, 10, 31, 16, 0, tzinfo=UTC)
    assert asked.includes(second(2026, 10, 31, 16, 0), SITE.zone)
    assert not asked.includes(second(2026, 10, 31, 15, 59, 59), SITE.zone)
    assert asked.includes(second(2026, 11, 20, 15, 59, 59), SITE.zone)
    assert not asked.includes(second(2026, 11, 20, 16, 0), SITE.zone)


def test_one_day_may_be_both_ends() -> None:
    asked = parse(SITE, {"since": "2026-11-01", "until": "2026-11-01"})
    assert asked.includes(second(2026, 11, 1, 4, 0), SITE.zone)


@pytest.mark.parametrize("zone", [SITE.zone, ZoneInfo("America/New_York"), ZoneInfo("Pacific/Kiritimati")], ids=str)
def test_an_article_with_only_a_day_may_be_of_any_hour_of_that_day_by_the_sites_clock(zone: ZoneInfo) -> None:
    site = replace(SITE, zone=zone)
    of_that_day = StatedTime(datetime(2026, 11, 1, tzinfo=UTC), "day")
    for asked, expected in (
        ({"since": "2026-11-01", "until": "2026-11-01"}, True),
        ({"since": "2026-11-01T23:59"}, True),
        ({"until": "2026-11-01T00:00"}, True),
        ({"since": "2026-11-02"}, False),
        ({"until": "2026-10-31"}, False),
    ):
        assert parse(site, asked).includes(of_that_day, zone) is expected
        assert parse(site, asked).is_too_old(of_that_day, zone) is ("2026-11-02" in asked.values())


def test_a_date_time_may_name_its_zone() -> None:
    assert parse(SITE, {"since": "2026-11-01T10:00:00Z"}).since == datetime(2026, 11, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given_", "first", "last"),
    [
        ({"since": "today"}, "2026-11-23T16:00:00", None),
        ({"since": "Yesterday", "until": " yesterday "}, "2026-11-22T16:00:00", "2026-11-23T15:59:59.999999"),
        ({"since": "30d"}, "2026-10-24T16:00:00", None),
        ({"since": "30d", "until": "7d"}, "2026-10-24T16:00:00", "2026-11-17T15:59:59.999999"),
        ({"since": "12h"}, "2026-11-23T06:30:15", None),
        ({"since": "12h", "until": "2h"}, "2026-11-23T06:30:15", "2026-11-23T16:30:15"),
    ],
)
def test_a_distance_from_now_is_a_day_of_the_site_or_an_hour(
    given_: dict[str, str], first: str, last: str | None
) -> None:
    asked = parse(SITE, given_)
    assert asked.since == datetime.fromisoformat(first).replace(tzinfo=UTC)
    assert asked.until == (datetime.fromisoformat(last).replace(tzinfo=UTC) if last else None)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, False),
        ({"full": "1"}, True),
        ({"since": "2026-11-01"}, True),
        ({"until": "2026-11-01"}, True),
        ({"full": "0"}, False),
    ],
)
def test_a_full_crawl_or_one_by_dates_reads_on_past_known_articles(given_: dict[str, str], expected: bool) -> None:
    assert parse(SITE, given_).ignores_stop_rule is expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 8), False), (date(2026, 11, 9), True), (date(2026, 11, 10), True), (date(2026, 11, 12), True),
        (date(2026, 11, 13), True), (date(2026, 11, 14), False), (None, True),
    ],
)  # fmt: skip
def test_an_address_may_be_a_day_off(day: date | None, expected: bool) -> None:
    asked = parse(SITE, {"since": "2026-11-10", "until": "2026-11-12"})
    assert asked.may_include(day, CHINA) is expected


@pytest.mark.parametrize(
    ("day", "expected"), [(date(2026, 11, 9), True), (date(2026, 11, 10), True), (date(2026, 11, 11), False)]
)
def test_a_listing_reaches_since_with_an_entry_of_that_day(day: date, expected: bool) -> None:
    assert parse(SITE, {"since": "2026-11-10"}).reaches(day, CHINA) is expected


def test_urls_are_read_in_any_spelling_each_article_once() -> None:
    asked = parse(SITE, {"urls": f"{ONE}, www.ecns.cn/2018/05-03/301274.shtml,//ecns.cn/m/2018/05-03/301274.shtml?x,"})
    assert asked.urls is not None
    assert [address.url for address in asked.urls] == [ONE, TWO]


def test_urls_are_read_from_a_file_without_its_comments(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"\ufeff# mine\n{ONE}\n\n  {TWO}  \n#{ONE}\n", encoding="utf-8")
    asked = parse(SITE, {"urls_from": str(file)})
    assert asked.urls is not None
    assert [address.url for address in asked.urls] == [ONE, TWO]


def test_urls_of_both_kinds_are_joined(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"{TWO}\r\n{ONE}\r\n")
    asked = parse(SITE, {"urls_from": str(file), "urls": ONE})
    assert asked.urls is not None
    assert [address.url for address in asked.urls] == [ONE, TWO]


def test_a_file_of_comments_requests_nothing(tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text("# later\n")
    assert parse(SITE, {"urls_from": str(tmp_path / "urls.txt")}).urls == ()


@pytest.mark.parametrize("recheck", ["due", "all", "none"])
def test_recheck_chooses_the_known_articles_to_request(recheck: str) -> None:
    assert parse(SITE, {"recheck": recheck}).recheck == recheck


def test_max_pages_is_a_number() -> None:
    assert parse(SITE, {"max_pages": "3"}).max_pages == 3


@pytest.mark.parametrize("job", ["6487ec79947edab326d6db28a2d86511e8247444", "", "any thing"])
def test_the_job_id_that_scrapyd_adds_is_ignored(job: str) -> None:
    assert parse(SITE, {"_job": job, "sections": "world"}) == parse(SITE, {"sections": "world"})


def test_the_job_id_is_not_listed_as_an_argument() -> None:
    assert "_job" not in refusal({"zzz": "1"})


def test_an_argument_that_only_resembles_the_job_id_is_refused() -> None:
    assert "unknown argument '_jobs'" in refusal({"_jobs": "1"})


# Refusals: the thing, the place and the way out.


@pytest.mark.parametrize(
    ("given_", "parts"),
    [
        ({"section": "world"}, ["unknown argument 'section'", "did you mean 'sections'?", *KNOWN]),
        ({"qqq": "1"}, ["unknown argument 'qqq'", *KNOWN]),
        ({"sections": "wrld"}, ["unknown section 'wrld'", "did you mean 'world'?", "business"]),
        ({"sections": "Wrld"}, ["unknown section 'Wrld'", "did you mean 'world'?", "-a sections='?' lists them"]),
        ({"sections": " , "}, ["names no section", "business"]),
        ({"sections": ""}, ["names no section"]),
        ({"since": "2026-13-01"}, ["since='2026-13-01' is not a date; write YYYY-MM-DD"]),
        ({"since": "tomorrow"}, ["since='tomorrow' is not a date", "30d, 12h, yesterday or today"]),
        ({"until": "30"}, ["until='30' is not a date"]),
        ({"until": "-3d"}, ["until='-3d' is not a date"]),
        ({"since": "999999d"}, ["since='999999d' is not a date"]),
        ({"since": "3d", "until": "30d"}, ["until='30d' is before since='3d'"]),
        ({"since": ""}, ["since='' is not a date"]),
        ({"since": "2026-11-20", "until": "2026-11-01"}, ["until='2026-11-01' is before since='2026-11-20'"]),
        ({"since": "0001-01-01"}, ["since='0001-01-01' is not a date"]),
        ({"max_pages": "0"}, ["max_pages='0'", "write 1 or more"]),
        ({"max_pages": "-1"}, ["max_pages='-1'"]),
        ({"max_pages": "three"}, ["max_pages='three'"]),
        ({"max_pages": "３"}, ["max_pages='３'"]),
        ({"max_pages": ""}, ["max_pages=''"]),
        ({"full": "yes"}, ["full='yes'", "write 0 or 1"]),
        ({"recheck": "al"}, ["recheck='al'", "did you mean 'all'?", "due or all or none"]),
        ({"urls": ""}, ["urls='' names no address"]),
        ({"urls": "https://example.com/x"}, ["'https://example.com/x' is not the address of an article of this site"]),
        ({"urls": "https://www.ecns.cn/world/"}, ["is not the address of an article"]),
        ({"urls": ONE, "sections": "world"}, ["sections is about listings"]),
        ({"urls": ONE, "max_pages": "2"}, ["max_pages is about listings"]),
        ({"urls": ONE, "full": "1"}, ["full is about listings"]),
        ({"urls_from": "/nowhere/urls.txt"}, ["urls_from='/nowhere/urls.txt' cannot be read", "No such file"]),
        ({"urls_from": ""}, ["urls_from names no file"]),
        ({"urls_from": "a\0b"}, ["cannot be read"]),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_refused_in_one_line(given_: dict[str, str], parts: list[str]) -> None:
    line = refusal(given_)
    assert [part for part in parts if part not in line] == []


def test_a_wrong_line_of_a_file_is_named_by_its_number(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_text(f"{ONE}\n# x\nnonsense\n")
    assert f"urls_from {file}, line 3: 'nonsense'" in refusal({"urls_from": str(file)})


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "urls.txt"
    file.write_bytes(b"\xff\xfe\x00x")
    assert "it is not UTF-8 text" in refusal({"urls_from": str(file)})


@given(
    st.dictionaries(st.sampled_from([*KNOWN, "x"]), st.text(max_size=20).filter(lambda text: text != "-"), max_size=3)
)
def test_any_arguments_are_taken_or_refused_in_one_line(given_: dict[str, str]) -> None:
    try:
        parse(SITE, given_)
    except WrongUsage as error:
        line = str(error)
    else:
        line = "taken"
    assert len(line.splitlines()) == 1


def test_a_word_like_a_known_one_is_suggested() -> None:
    assert suggestion("wrld", ["world", "business"]) == " (did you mean 'world'?)"
    assert suggestion("qqqq", ["world", "business"]) == ""


@pytest.mark.parametrize("since", ["2026-11-20", "2026-11-24", "2026-11-25T07:59"])
def test_a_day_that_has_begun_somewhere_is_no_future(since: str) -> None:
    said = {"since": since}
    assert argument_warnings(SITE, parse(SITE, said), datetime(2026, 11, 24, tzinfo=UTC)) == []


@pytest.mark.parametrize("since", ["2026-11-25T08:01", "2026-11-26", "2199-01-01"])
def test_a_day_that_has_not_begun_anywhere_causes_a_warning(since: str) -> None:
    (doubt,) = argument_warnings(SITE, parse(SITE, {"since": since}), datetime(2026, 11, 24, tzinfo=UTC))
    assert f"since={since[:10]} is in the future" in doubt
