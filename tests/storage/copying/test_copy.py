"""Copies of a site between its folder and a database: all that is stored is there, and what cannot be is refused."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ecnscrawl import articles
from ecnscrawl.exceptions import AlreadyRunning, CannotStart, StorageFailed
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle
from ecnscrawl.items import to_json
from ecnscrawl.storage.copying.contents import KINDS
from ecnscrawl.storage.copying.copy import Copied, to_database, to_folder
from ecnscrawl.storage.copying.database import DatabaseContents
from ecnscrawl.storage.copying.folder import FolderContents
from ecnscrawl.storage.folder.reports import append
from ecnscrawl.storage.folder.run import FileRun
from tests.samples import MORNING, Begin, Clock, article, known

pytestmark = pytest.mark.system

NOW = int(MORNING.timestamp())
Connection = psycopg.Connection[Any]


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection as the command has it."""
    with psycopg.connect(database_url, autocommit=True) as opened:
        opened.execute("SET timezone TO 'UTC'")
        yield opened


@pytest.fixture
def filled(folder: Path, begin: Begin, clock: Clock) -> Path:
    """A site's folder after some runs that have made everything there is."""
    run = begin()
    with run.changing() as state:
        for number in range(1, 8):
            run.store(article(number), known(article(number)))
        state.store(known(article(3), id="ecns:hd-3", alias_of="ecns:ihtest3", revision=0), None, None)
        state.mark_pending(PendingArticle("ecns:ihtest90", "https://www.ecns.cn/x?a=\x01b", "world", NOW, 1))
        state.mark_pending(
            PendingArticle("ecns:ihtest91", "https://www.ecns.cn/y", None, NOW, 1, 5, None, "an umlaut ü")
        )
        state.save_listing(
            ListingSnapshot(CacheValidators("https://www.ecns.cn/", '"a"', None), b"d", NOW, 1, 3, 4, b"e", True)
        )
        state.begin_walk("business", 1)
        state.set_overspent("world", 3)
        state.set_meta("sources", '{"a": "b"}')
    run.reject(article(50), ["no title", "too old"])
    run.note_gone(known(article(5)), NOW)
    run.finish()
    write_report(run.reports.folder, run.id)
    clock.go(3600)
    run = begin()
    with run.changing() as state:
        second = article(1, revision=2, title="A correction")
        run.store(second, known(second, parts=(CacheValidators("https://www.ecns.cn/1", '"e"', "yesterday"),)))
        state.mark_gone("ecns:ihtest5", NOW, NOW + 5)
        state.forget("ecns:ihtest80", [bytes.fromhex(article(80).content_hash)])
    run.note_return(known(article(6), gone_at=NOW), NOW + 50)
    run.finish()
    write_report(run.reports.folder, run.id, is_idle=True)
    return folder


def write_report(reports: Path, run_id: str, *, is_idle: bool = False) -> None:
    """Write a report with an alarm."""
    times = {"started_at": "2026-11-23T07:30:00Z", "finished_at": "2026-11-23T07:31:00Z"}
    alarms: list[Any] = [{"code": "end-mark-missing", "field": None, "message": "half of 20", "samples": []}]
    document = {"run": run_id, **times, "status": "healthy", "was_stopped": False, "alarms": alarms, "files": []}
    content = json.dumps(document, indent=1).encode() + b"\n"
    if is_idle:
        append(reports, run_id, json.dumps(document).encode())
    else:
        (reports / f"{run_id}.json").write_bytes(content)
    (reports / "latest.json").write_bytes(content)


def copy_in(folder: Path, connection: Connection, begin: Begin) -> Copied:
    run = begin(folder)
    try:
        return to_database(run, connection, "the database")
    finally:
        run.finish()


def copy_out(connection: Connection, folder: Path) -> Copied:
    return to_folder(connection, folder.name, folder.parent, 50_000, lambda: MORNING)


def files(folder: Path) -> dict[str, bytes]:
    """The content of all files of a site but its state."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in ("lock", "forgotten.jsonl") and not path.name.startswith("state.sqlite")
    }


def state(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a state."""
    with closing(sqlite3.connect(folder / "state.sqlite")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: sorted(db.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
    return {name: [row for row in rows if row[0] != "archived"] for name, rows in found.items()}


def revisions(run: FileRun, *numbers: int) -> list[int | None]:
    """The revisions of articles that the state knows."""
    found = [run.state.article(article(number).id) for number in numbers]
    return [each.revision if each else None for each in found]


def test_there_and_back_everything_is_as_it_was(
    filled: Path, connection: Connection, begin: Begin, tmp_path: Path
) -> None:
    copied = copy_in(filled, connection, begin)
    assert (copied.counts["articles"], copied.counts["records"], copied.counts["reports"]) == (8, 8, 2)
    again = tmp_path / "again" / "ecns"
    assert copy_out(connection, again).counts == copied.counts
    assert files(again) == files(filled)
    assert state(again) == state(filled)
    assert {path.name for path in (tmp_path / "again").iterdir()} == {"ecns"}


def test_the_site_is_due_as_long_after_its_last_run_as_before(
    filled: Path, connection: Connection, begin: Begin
) -> None:
    copy_in(filled, connection, begin)
    row = connection.execute("SELECT last_start FROM ecnscrawl.sites WHERE site = 'ecns'").fetchone()
    assert row == (MORNING,)  # as its report says


def test_a_run_goes_on_in_the_copy_as_in_the_original(
    filled: Path, connection: Connection, begin: Begin, tmp_path: Path
) -> None:
    copy_in(filled, connection, begin)
    again = tmp_path / "again" / "ecns"
    copy_out(connection, again)
    before = files(again)
    (again / "state.sqlite").unlink()  # so that it is rebuilt from `published/`
    run = begin(again)
    assert run.warnings == [f"{again / 'state.sqlite'} is missing; it is rebuilt from {again}/published"]
    assert revisions(run, 1, 2) == [2, 1]
    assert run.state.is_forgotten("ecns:ihtest80")
    run.finish()
    assert files(again) == before


def test_records_that_readers_have_moved_away_stay_known(
    filled: Path, connection: Connection, begin: Begin, tmp_path: Path
) -> None:
    first = min((filled / "articles").iterdir())
    first.unlink()
    copied = copy_in(filled, connection, begin)
    assert copied.counts["records"] == 1
    assert copied.warnings == [
        f"6 articles of ecns are known without their records, which are in no file of {filled / 'articles'} any more"
    ]
    again = tmp_path / "again" / "ecns"
    copy_out(connection, again)
    (again / "state.sqlite").unlink()
    run = begin(again)
    assert revisions(run, 1, 2, 6) == [2, 1, 1]
    run.finish()


def test_the_record_of_a_forgotten_article_that_a_reader_put_back_stays_behind(
    filled: Path, connection: Connection, begin: Begin
) -> None:
    run = begin()
    with run.changing() as state:
        state.forget("ecns:ihtest2", [])
    run.finish()
    assert copy_in(filled, connection, begin).counts["records"] == 7
    assert connection.execute("SELECT 1 FROM ecnscrawl.records WHERE id = 'ecns:ihtest2'").fetchone() is None


def test_a_long_run_of_a_database_becomes_several_files(connection: Connection, tmp_path: Path) -> None:
    connection.execute("INSERT INTO ecnscrawl.sites (site) VALUES ('ecns')")
    for number in range(7):
        made = article(number)
        values = [
            made.id,
            bytes.fromhex(made.content_hash),
            to_json(made),
        ]
        connection.execute(
            "INSERT INTO ecnscrawl.records (site, id, revision, run, content_hash, record)"
            " VALUES ('ecns', %s, 1, '20261123T073000Z-1a2b3c', %s, %s)", values,
        )  # fmt: skip
    to_folder(connection, "ecns", tmp_path / "data", 3, lambda: MORNING)
    counts = {path.name: len(path.read_bytes().splitlines()) for path in (tmp_path / "data/ecns/articles").iterdir()}
    assert counts == {f"20261123T073000Z-1a2b{last}.jsonl": count for last, count in (("3c", 3), ("3d", 3), ("3e", 1))}


def test_a_target_that_has_the_site_already_is_refused_and_stays_as_it_is(
    filled: Path, connection: Connection, begin: Begin
) -> None:
    copy_in(filled, connection, begin)
    with pytest.raises(CannotStart, match="the database has ecns already; copy to a database without the site"):
        copy_in(filled, connection, begin)
    before = files(filled)
    with pytest.raises(CannotStart, match="is there already; copy to a data folder without the site"):
        copy_out(connection, filled)
    assert files(filled) == before


def test_a_site_that_is_being_crawled_is_refused(
    filled: Path, connection: Connection, begin: Begin, tmp_path: Path
) -> None:
    copy_in(filled, connection, begin)
    connection.execute("UPDATE ecnscrawl.sites SET owner = 'desk:7:a', lease_until = now() + interval '1 minute'")
    with pytest.raises(AlreadyRunning, match="a run of ecns is under way: desk:7:a"):
        copy_out(connection, tmp_path / "again" / "ecns")
    connection.execute("UPDATE ecnscrawl.sites SET lease_until = now() - interval '1 second'")
    copy_out(connection, tmp_path / "again" / "ecns")


def test_a_copy_that_differs_is_not_kept(
    filled: Path, connection: Connection, begin: Begin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = DatabaseContents.write

    def careless(self: DatabaseContents, kind: str, rows: Any) -> None:
        write(self, kind, list(rows)[1:] if kind == "pending" else rows)

    monkeypatch.setattr(DatabaseContents, "write", careless)
    with pytest.raises(StorageFailed, match="the copy differs from the original: 1 pending for 2; nothing was kept"):
        copy_in(filled, connection, begin)
    assert DatabaseContents(connection, "ecns").is_empty()


def test_a_damaged_file_is_named_and_what_can_be_read_is_copied(
    filled: Path, connection: Connection, begin: Begin
) -> None:
    last = max((filled / "articles").iterdir())
    last.with_suffix(".jsonl.gz").write_bytes(b"\x1f\x8b damaged")
    last.unlink()
    first = min((filled / "articles").iterdir())
    first.write_bytes(b"".join([*first.read_bytes().splitlines(keepends=True)[:2], b"{}\n"]))
    copied = copy_in(filled, connection, begin)
    assert copied.counts["records"] == 2
    assert [f"{first}, line 3: not a record; what follows is left out too"] == [
        warning for warning in copied.warnings if "line 3" in warning
    ]
    assert any(f"{last}.gz is cut off or damaged" in warning for warning in copied.warnings)


def test_no_name_in_the_database_leads_out_of_the_folder(connection: Connection, tmp_path: Path) -> None:
    values = ("../out", "20261123T073000Z-1a2b3c"), ("ecns", "../../out")
    for site, run in values:
        connection.execute(
            "INSERT INTO ecnscrawl.records (site, id, revision, run, content_hash, record) VALUES (%s, 'a', 1, %s, '', '')",
            [site, run],
        )
    for site, _ in values:
        with pytest.raises(CannotStart, match=r"\.\./out', which (cannot be the name of a folder|is no id of a run)"):
            to_folder(connection, site, tmp_path / "data", 3, lambda: MORNING)
    assert [path.name for path in tmp_path.rglob("*out*")] == []


def test_a_killed_copy_leaves_nothing_that_is_taken_for_a_site(
    filled: Path, connection: Connection, begin: Begin, tmp_path: Path
) -> None:
    copy_in(filled, connection, begin)
    left = tmp_path / "again" / ".copying" / "ecns"
    left.mkdir(parents=True)
    (left / "articles").mkdir()
    (left / "articles" / "20261123T073000Z-1a2b3c.jsonl").write_bytes(b"half")
    assert list(articles(tmp_path / "again")) == []
    copy_out(connection, tmp_path / "again" / "ecns")
    assert [path.name for path in (tmp_path / "again").iterdir()] == ["ecns"]


def test_every_table_of_the_state_is_copied(folder: Path, connection: Connection, filled: Path) -> None:
    tables = {
        name for (name,) in connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'ecnscrawl'"
        )
    }  # fmt: skip
    # The site itself, what is made of reports, and what is of no single site.
    assert tables - KINDS.keys() == {"sites", "alarms", "pauses", "schema_version"}
    for kind in KINDS:
        assert list(FolderContents(filled).rows(kind)), f"the test has no {kind}"
