"""Feeds that cannot work are refused in one line, before the first request."""

import json
from pathlib import Path
from typing import Any

import pytest
from scrapy.settings import Settings

from ecnscrawl.cli.feeds import check_feeds, feeds_of
from ecnscrawl.cli.preflight import check_objects
from ecnscrawl.exceptions import EcnscrawlError, WrongUsage

FORMATS = "csv, jl, json, jsonl, jsonlines, xml"


def settings(**given: object) -> Settings:
    """The project's settings with these, as if given with `-s`."""
    made = Settings()
    made.setmodule("ecnscrawl.settings", priority="project")
    made.setdict(given, priority="cmdline")
    return made


@pytest.mark.parametrize(
    ("word", "uri", "kind"),
    [
        ("x.jsonl", "x.jsonl", "jsonl"),
        ("x.json", "x.json", "json"),
        ("x:csv", "x", "csv"),
        ("x.txt:xml", "x.txt", "xml"),
        ("-:jsonl", "stdout:", "jsonl"),
        ("file:///tmp/x.csv", "file:///tmp/x.csv", "csv"),
        ("ftp://host/x:jsonlines", "ftp://host/x", "jsonlines"),
    ],
)
def test_a_feed_is_named_as_in_scrapy(word: str, uri: str, kind: str) -> None:
    assert feeds_of(settings(), [word], []) == {uri: {"format": kind}}
    overwrite: dict[str, Any] = {} if uri == "stdout:" else {"overwrite": True}
    assert feeds_of(settings(), [], [word]) == {uri: {"format": kind} | overwrite}


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "x.parquet",
            "-O x.parquet: a crawl writes no parquet; after it, `scrapy export x.parquet --format parquet` does",
        ),
        (
            "d/x.sqlite",
            "-O d/x.sqlite: a crawl writes no sqlite; after it, `scrapy export d/x.sqlite --format sqlite` does",
        ),
        ("x.foo", f"-O x.foo: 'foo' is not a format of feeds; known are {FORMATS}"),
        ("x.jsonlx", f"-O x.jsonlx: 'jsonlx' is not a format of feeds (did you mean 'jsonl'?); known are {FORMATS}"),
        ("x.pickle", f"-O x.pickle: 'pickle' is not a format of feeds; known are {FORMATS}"),
        ("x:marshal", f"-O x:marshal: 'marshal' is not a format of feeds; known are {FORMATS}"),
        ("x", f"-O x names no format; write x:jsonl, or another of {FORMATS}"),
        ("-", f"-O - names no format; write -:jsonl, or another of {FORMATS}"),
        ("s3://bucket/x", f"-O s3://bucket/x names no format; write s3://bucket/x:jsonl, or another of {FORMATS}"),
    ],
)
def test_a_feed_with_an_impossible_format_is_refused(word: str, said: str) -> None:
    with pytest.raises(WrongUsage) as error:
        feeds_of(settings(), [], [word])
    assert str(error.value) == said


def test_appending_and_replacing_exclude_each_other() -> None:
    with pytest.raises(WrongUsage, match="write one of them"):
        feeds_of(settings(), ["a.jsonl"], ["b.jsonl"])


def test_two_feeds_of_one_name_are_refused() -> None:
    with pytest.raises(WrongUsage, match=r"-O x\.jsonl:csv: another feed goes to x\.jsonl too"):
        feeds_of(settings(), [], ["x.jsonl", "x.jsonl:csv"])


@pytest.mark.parametrize("other", ["./x.jsonl", "d/../x.jsonl", "{}/x.jsonl", "file://{}/x.jsonl"])
def test_two_feeds_to_one_file_are_refused_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    (tmp_path / "d").mkdir()
    monkeypatch.chdir(tmp_path)
    made = settings(FEEDS=feeds_of(settings(), [], ["x.jsonl", other.format(tmp_path)]))
    with pytest.raises(WrongUsage, match=r"two feeds go to one target: x\.jsonl and "):
        check_feeds(made)


@pytest.mark.parametrize(
    ("feeds", "said"),
    [
        ({"s3://bucket/x.jsonl": {}}, "the feed s3://bucket/x.jsonl needs boto3, which is not installed"),
        ({"gs://bucket/x.jsonl": {}}, "needs google-cloud-storage, which is not installed"),
        ({"sftp://host/x.jsonl": {}}, "sftp:// is not known; known are "),
        ({"ftp:///x.jsonl": {}}, "names no host"),
        ({"x.jsonl": {"format": "pickle"}}, "FEEDS x.jsonl: 'pickle' is not a format of feeds"),
        ({"x": {}}, "FEEDS x names no format"),
        ({"x.jsonl": 1}, "the options of 'x.jsonl' are not a JSON object"),
        ({"x.jsonl": {"batch_item_count": 10}}, "name its files with %(batch_id)d or %(batch_time)s"),
        ({"/tmp": {"format": "csv"}}, "/tmp: the feed cannot be written to a folder; name a file"),
    ],
    ids=str,
)
def test_a_feed_that_cannot_work_is_refused(feeds: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage) as error:
        check_feeds(settings(FEEDS=json.dumps(feeds)))
    assert said in str(error.value)


def test_a_device_is_written_to_and_needs_no_folder_that_can_be_written() -> None:
    check_feeds(settings(FEEDS={"/dev/null": {"format": "csv"}}))
    check_feeds(settings(FEEDS={"/dev/full": {"format": "csv"}}))


@pytest.mark.parametrize("value", ["x", "[]", "1", "", "{", '"a"'])
@pytest.mark.parametrize("name", ["FEEDS", "ITEM_PIPELINES", "DOWNLOAD_HANDLERS"])
def test_a_setting_that_is_an_object_is_given_as_json(name: str, value: str) -> None:
    with pytest.raises(EcnscrawlError) as error:
        check_objects(settings(), [f"{name}={value}"])
    assert str(error.value).startswith(f"{name}={value!r} is not a JSON object; write {name}='{{")


def test_other_settings_are_not_objects() -> None:
    check_objects(settings(), ["FEEDS={}", "DOWNLOAD_DELAY=0", "MY_OWN=x", "LOG_LEVEL=INFO"])


def test_a_missing_folder_is_created_as_scrapy_does(tmp_path: Path) -> None:
    check_feeds(settings(FEEDS={str(tmp_path / "new" / "x.jsonl"): {}}))
    assert list((tmp_path / "new").iterdir()) == []


def test_a_feed_into_a_sites_own_folder_is_refused_also_before_the_first_run(tmp_path: Path) -> None:
    for name in (
        "ecns/state.sqlite",
        "ecns/articles/20261126T092906Z-4f3a39.jsonl",
        "ecns/articles/x.jsonl",
        "ecns/lock",
    ):
        made = settings(DATA_DIR=str(tmp_path), FEEDS={str(tmp_path / name): {"format": "jsonlines"}})
        with pytest.raises(WrongUsage, match="lies in the folder of the crawl's own files; name a file outside"):
            check_feeds(made, "ecns")
    assert list(tmp_path.iterdir()) == []


def test_a_feed_into_another_sites_folder_or_through_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data" / "other" / "articles").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "data" / "other")
    for target in (tmp_path / "data" / "other" / "x.jsonl", tmp_path / "link" / "x.jsonl"):
        with pytest.raises(WrongUsage, match="the crawl's own files"):
            check_feeds(settings(DATA_DIR=str(tmp_path / "data"), FEEDS={str(target): {"format": "jsonlines"}}), "ecns")


def test_a_feed_beside_the_sites_folders_is_the_users_own(tmp_path: Path) -> None:
    for name in ("today.jsonl", "exports/today.jsonl"):
        check_feeds(settings(DATA_DIR=str(tmp_path), FEEDS={str(tmp_path / name): {"format": "jsonlines"}}), "ecns")
