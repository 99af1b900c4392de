"""The settings choose one storage: a database if they name one, else the data folder."""

from pathlib import Path

import pytest

from ecnscrawl.configuration.storage import storage_of
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.storage.database.storage import DatabaseStorage
from ecnscrawl.storage.folder.storage import FileStorage
from ecnscrawl.storage.run_settings import RunSettings
from tests.cli.test_preflight import settings

URL = "postgresql://reader:secret@news.example/articles"


def test_without_a_database_articles_are_in_the_data_folder(tmp_path: Path) -> None:
    for none in (None, ""):
        storage = storage_of(settings(DATA_DIR=str(tmp_path), DATABASE_URL=none))
        assert isinstance(storage, FileStorage)
        assert storage.new_run("ecns", RunSettings()).folder == tmp_path / "ecns"
        assert (storage.writes_files, storage.is_shared, storage.look_interval) == (True, False, None)
        storage.require_files("refused")
        with pytest.raises(WrongUsage, match="refused"):
            storage.require_server("refused")


def test_with_a_database_they_are_there_and_nothing_is_connected_yet(tmp_path: Path) -> None:
    storage = storage_of(settings(DATA_DIR=str(tmp_path), DATABASE_URL=URL, WORKER_LEASE_SECONDS="4"))
    assert isinstance(storage, DatabaseStorage)
    assert storage.new_run("ecns", RunSettings()).folder == tmp_path / "ecns"  # of the archive and the samples
    assert (storage.writes_files, storage.is_shared, storage.look_interval) == (False, True, 0.5)
    assert storage.require_server("refused").name == "postgresql://news.example/articles"
    with pytest.raises(WrongUsage, match="refused"):
        storage.require_files("refused")


def test_the_same_settings_give_the_same_storage_as_a_process_is_one_worker(tmp_path: Path) -> None:
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": URL}
    assert storage_of(settings(**given)) is storage_of(settings(**given))
    assert storage_of(settings(**given)) is not storage_of(settings(**given, DATABASE_RETRY_SECONDS=7))


@pytest.mark.parametrize("url", ["mysql://news.example/articles", "articles"])
def test_an_address_that_is_none_of_postgresql_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(WrongUsage, match="the address of the database is none of PostgreSQL"):
        storage_of(settings(DATA_DIR=str(tmp_path), DATABASE_URL=url))


@pytest.mark.parametrize(
    ("given", "claimed"), [({}, None), ({"WATCH_CLAIM": "7:web1:4711:9f86d081"}, "7:web1:4711:9f86d081")]
)
def test_the_process_of_a_run_with_a_browser_takes_over_the_claim_of_watch(
    tmp_path: Path, given: dict[str, str], claimed: str | None
) -> None:
    storage = storage_of(settings(DATA_DIR=str(tmp_path), DATABASE_URL=URL, **given))
    assert isinstance(storage, DatabaseStorage)
    assert storage.new_run("ecns", RunSettings()).transferred == claimed


def test_nothing_is_forgotten_of_a_site_without_a_folder(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="there is no folder"):
        FileStorage(tmp_path).forgetting("ecns", RunSettings())
