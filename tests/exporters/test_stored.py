"""`ecnscrawl.articles` yields the stored articles as Python objects, in order, and refuses wrong arguments."""

import gzip
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ecnscrawl import Article, articles
from ecnscrawl.exporters.reader import InvalidRecord
from ecnscrawl.storage.jsonl import DamagedFile
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.samples import article


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder: two files of one site."""
    library = Library(tmp_path)
    library.publish("20261123T120000Z-000001.jsonl", [FERRY, HARVEST])
    library.publish("20261123T130000Z-000001.jsonl", [BRIDGE, HARVEST_CORRECTED])
    return library.articles.parent.parent


def test_the_newest_revision_of_each_article_comes_in_the_order_of_publishing(data: Path) -> None:
    assert list(articles(data)) == [FERRY, BRIDGE, HARVEST_CORRECTED]


def test_all_revisions_come_if_they_are_requested(data: Path) -> None:
    assert list(articles(data, revisions="all")) == [FERRY, HARVEST, BRIDGE, HARVEST_CORRECTED]


def test_the_folder_may_be_named_by_a_text(data: Path) -> None:
    assert list(articles(str(data), "ecns")) == [FERRY, BRIDGE, HARVEST_CORRECTED]


def test_compressed_files_are_read_and_count_once(data: Path) -> None:
    for file in list((data / "ecns" / "articles").iterdir()):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
    assert list(articles(data, revisions="all")) == [FERRY, HARVEST, BRIDGE, HARVEST_CORRECTED]
    for file in (data / "ecns" / "articles").glob("*.jsonl"):
        file.unlink()
    assert list(articles(data)) == [FERRY, BRIDGE, HARVEST_CORRECTED]


def test_a_run_under_way_is_not_read(data: Path) -> None:
    (data / "ecns" / "articles" / ".20261123T140000Z-000001.part").write_text("{")
    assert list(articles(data)) == [FERRY, BRIDGE, HARVEST_CORRECTED]


def test_all_sites_come_or_one(data: Path) -> None:
    other = article(9, id="other:9", site="other")
    folder = data / "other" / "articles"
    folder.mkdir(parents=True)
    Library(data.parent / "elsewhere").publish("20261123T120000Z-000002.jsonl", [other]).rename(
        folder / "20261123T120000Z-000002.jsonl"
    )
    (data / "without-articles").mkdir()
    assert [each.id for each in articles(data)] == [FERRY.id, BRIDGE.id, HARVEST.id, "other:9"]
    assert list(articles(data, "other")) == [other]


def test_no_link_inside_the_data_folder_is_followed(data: Path) -> None:
    (data / "alias").symlink_to(data / "ecns")
    (data / "other").mkdir()
    (data / "other" / "articles").symlink_to(data / "ecns" / "articles")
    assert list(articles(data)) == [FERRY, BRIDGE, HARVEST_CORRECTED]
    for link in ("alias", "other"):
        with pytest.raises(FileNotFoundError):
            articles(data, link)


def ids(found: Iterable[Article]) -> list[str]:
    return [each.id for each in found]


@pytest.mark.parametrize(
    "since",
    [
        "2026-11-21",  # a day of the site's clock begins at 16:00 UTC of the day before
        date(2026, 11, 21),
        datetime(2026, 11, 20, 16, tzinfo=UTC),
    ],
    ids=str,
)
def test_since_is_the_first_moment_of_publishing(data: Path, since: str | date | datetime) -> None:
    assert ids(articles(data, since=since)) == [BRIDGE.id, HARVEST.id]


def test_since_holds_for_the_newest_revision(data: Path) -> None:
    assert ids(articles(data, since="2026-11-22")) == [HARVEST.id]
    assert list(articles(data, since="2026-11-22", revisions="all")) == [HARVEST_CORRECTED]


def test_since_may_be_a_distance_from_now(data: Path) -> None:
    new = article(7, published_at=(datetime.now(UTC) - timedelta(days=3)).strftime("%Y-%m-%dT%H:%M:%SZ"))
    Library(data.parent).publish("20261124T120000Z-000001.jsonl", [new])
    assert new.id in ids(articles(data, since="30d"))
    assert new.id not in ids(articles(data, since="1d"))


def test_an_article_with_only_a_day_matches_every_hour_of_that_day(data: Path) -> None:
    day = article(8, published_at="2026-11-25T00:00:00Z", published_precision="day")
    Library(data.parent).publish("20261125T120000Z-000001.jsonl", [day])
    assert ids(articles(data, since=datetime(2026, 11, 25, 15, 59, tzinfo=UTC))) == [day.id]
    assert ids(articles(data, since=datetime(2026, 11, 25, 16, tzinfo=UTC))) == []


def test_an_impossible_argument_is_refused_at_once(data: Path) -> None:
    with pytest.raises(ValueError, match="revisions='some' is neither 'newest' nor 'all'"):
        articles(data, revisions="some")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="since='tomorrow' is not a date; write YYYY-MM-DD"):
        articles(data, since="tomorrow")
    with pytest.raises(ValueError, match="since has no time zone"):
        articles(data, since=datetime(2026, 11, 20))  # noqa: DTZ001 - the mistake itself


def test_the_folder_of_a_site_is_not_taken_for_an_empty_data_folder(data: Path) -> None:
    with pytest.raises(ValueError, match=r"is the folder of a site; write articles\('.*data', 'ecns'\)"):
        articles(data / "ecns")


def test_a_missing_folder_is_an_error(data: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no data folder"):
        articles(data / "nowhere")
    with pytest.raises(FileNotFoundError, match="is 'ecsn' the name of a site"):
        articles(data, "ecsn")


def test_a_line_that_is_not_a_record_is_named(data: Path) -> None:
    with (data / "ecns" / "articles" / "20261123T130000Z-000001.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    with pytest.raises(InvalidRecord, match=r"20261123T130000Z-000001\.jsonl, line 3: "):
        list(articles(data))


def test_a_compressed_file_that_was_cut_off_is_named(data: Path) -> None:
    file = data / "ecns" / "articles" / "20261123T130000Z-000001.jsonl"
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes())[:-9])
    file.unlink()
    with pytest.raises(DamagedFile, match="cut off"):
        list(articles(data))
