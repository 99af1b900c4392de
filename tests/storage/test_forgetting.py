"""A forgotten article is in no file of its site any more, whatever happens meanwhile, and all others are untouched."""

import gzip
import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.frontier.records import PendingArticle, other_address_reason
from ecnscrawl.items import to_line
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.recovery import open_state, recover
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.forgetting import Forgotten, forget
from ecnscrawl.storage.traces import trace
from tests.samples import MORNING, Begin, Clock, address, article, known
from tests.site_folder import published, store

KITES, FERRIES, LANTERNS = article(1), article(2), article(3)
KITES_CORRECTED = article(1, revision=2, title="Kites over the harbour")
ID, OTHER = KITES.id, FERRIES.id
PAGE = "<html><body><h1>{title}</h1><a href='{url}'>on one page</a></body></html>"


@pytest.fixture
def site(begin: Begin, clock: Clock, folder: Path) -> Path:
    """A site's folder after three runs, the second of which stored nothing but the correction of one article."""
    first = begin()
    store(first, KITES, FERRIES)
    first.reject(article(1, title=""), ["no headline"])
    first.reject(article(4, title=""), ["no headline"])
    first.note_gone(known(KITES), 1_795_000_000)
    first.note_gone(known(FERRIES), 1_795_000_000)
    with first.changing() as state:
        state.store(known(KITES, id="ecns:ihtest8", alias_of=ID, revision=0), None, None)
        state.mark_pending(PendingArticle("ecns:ihtest9", address(9).url, "world", 1, 1))
    finish(first)
    clock.go(3600)
    second = begin()
    store(second, KITES_CORRECTED)
    finish(second)
    clock.go(3600)
    third = begin()
    store(third, LANTERNS)
    finish(third)
    (name,) = third.files
    compress(folder / "articles" / name)
    samples = folder / "samples"
    samples.mkdir()
    for number, each in enumerate((KITES, FERRIES), 1):
        (samples / f"{third.id}-title-{number}.html").write_text(PAGE.format(title=each.title, url=each.url))
    (samples / f"{third.id}-body-1.html").write_text(PAGE.format(title="A map", url="/m" + KITES.url[19:]))
    for index in ("search.sqlite", "browse.sqlite"):
        (folder / index).write_bytes(to_line(KITES))
        (folder / f"{index}-wal").write_bytes(to_line(KITES))
    return folder


def finish(run: FileRun) -> None:
    """End a run, with a report that names two articles."""
    run.finish()
    report = {
        "run": run.id,
        "files": run.files,
        "recovered": [],
        "records": run.records,
        "failing": [{"url": KITES.url, "reason": f"redirected to {KITES.url}?page=2"}],
        "slowest": [{"url": KITES.url.replace(".shtml", "-p2.shtml"), "seconds": 1.5}, {"url": FERRIES.url}],
    }
    text = json.dumps(report, indent=1)
    for name in (f"{run.id}.json", "latest.json"):
        (run.reports.folder / name).write_text(text)
    (run.reports.folder / "index.html").write_text(f'<a href="{KITES.url}">{KITES.url}</a> <a href="{FERRIES.url}">')


def compress(path: Path) -> None:
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


def forgets(folder: Path, *ids: str) -> Forgotten:
    """Forget these articles as the command does, without its lock."""
    with closing(open_state(folder, [])) as state:
        recover(state, folder, (), 9)
        return forget(state, folder, trace(state, folder, ids), MORNING)


def content(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


def files_with(folder: Path, *words: str) -> list[str]:
    """The files, hidden ones too, that contain one of the words anywhere, but the tombstones and the state."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(word.encode() in content(path) for word in words)
        if path.name not in ("forgotten.jsonl", "state.sqlite", "lock")
    )


def everything_else(folder: Path) -> dict[str, Any]:
    """What a folder has of the other articles."""
    lines = [line for name in published(folder) for line in content(folder / "articles" / name).splitlines()]
    lines += [line for path in (folder / "articles").glob("*.gz") for line in content(path).splitlines()]
    with closing(sqlite3.connect(folder / "state.sqlite")) as db:
        articles = db.execute("SELECT * FROM articles WHERE id NOT IN (?, 'ecns:ihtest8') ORDER BY id", [ID]).fetchall()
        pending = db.execute("SELECT id FROM pending ORDER BY id").fetchall()
    return {
        "records": [line for line in lines if json.loads(line)["id"] != ID],
        "ids": [each for each in ids_in(folder) if each[0] != ID],
        "rejected": [line for line in lines_of(folder / "rejected") if ID.encode() not in line],
        "gone": [line for line in lines_of(folder / "gone") if ID.encode() not in line],
        "articles": articles,
        "pending": pending,
    }


def lines_of(folder: Path) -> list[bytes]:
    return [line for path in sorted(folder.iterdir()) for line in path.read_bytes().splitlines()]


def ids_in(folder: Path) -> list[tuple[str, int]]:
    names = ids_file.names(folder / "published")
    read = [ids_file.read(folder / "published", name) for name in names]
    assert all(is_whole for _, is_whole in read)
    return [(record.id, record.revision) for records, _ in read for record in records]


def test_all_its_revisions_are_removed_everywhere_and_nothing_else_is(site: Path) -> None:
    before = everything_else(site)
    assert files_with(site, ID, KITES.title, KITES_CORRECTED.title, "detail-ihtest1")
    done = forgets(site, ID)
    assert files_with(site, f'{ID}"', KITES.title, KITES_CORRECTED.title, "detail-ihtest1") == []
    assert everything_else(site) == before
    assert done.unreached == []
    assert done.removed == [
        "samples/: 2 saved pages removed",
        "reports/: address removed from 5 files",
        "articles/: 2 lines removed from 2 files",
        "rejected/: 1 line removed from 1 file",
        "gone/: 1 line removed from 1 file",
        "published/: 2 lines removed",
        "search.sqlite removed: the next search makes it again",
        "browse.sqlite removed: the next browse makes it again; stop one that is running, it still shows the articles",
    ]


def test_a_file_without_another_record_is_removed_and_its_name_stays_known(site: Path) -> None:
    first, second = published(site)
    forgets(site, ID)
    assert published(site) == [first]
    assert ids_file.names(site / "published")[1] == second
    assert ids_file.read(site / "published", second) == ([], True)


def test_reports_stay_readable_and_keep_the_other_addresses(site: Path) -> None:
    forgets(site, ID)
    latest = json.loads((site / "reports" / "latest.json").read_bytes())
    assert latest["failing"] == [{"url": "forgotten", "reason": "redirected to forgotten"}]
    assert latest["slowest"] == [{"url": "forgotten", "seconds": 1.5}, {"url": FERRIES.url}]
    assert (
        site / "reports" / "index.html"
    ).read_text() == f'<a href="forgotten">forgotten</a> <a href="{FERRIES.url}">'


def test_its_exact_copies_are_forgotten_with_it_whichever_of_them_is_named(site: Path) -> None:
    forgets(site, "ecns:ihtest8")
    assert files_with(site, KITES.title, KITES_CORRECTED.title) == []
    with closing(open_state(site, [])) as state:
        assert [state.is_forgotten(each) for each in (ID, "ecns:ihtest8", OTHER)] == [True, True, False]
        assert state.article("ecns:ihtest8") is None
        originals = [state.original(bytes.fromhex(each.content_hash)) for each in (KITES, KITES_CORRECTED)]
        assert set(originals) <= {ID, "ecns:ihtest8"}


def test_an_article_is_forgotten_too_if_one_of_its_other_addresses_is_named(begin: Begin, site: Path) -> None:
    run = begin()
    with run.changing() as state:
        reason = other_address_reason(KITES.url)
        state.mark_pending(PendingArticle("ecns:ihtest7", address(7).url, "world", 1, 1, next_try=None, reason=reason))
    run.finish()
    forgets(site, "ecns:ihtest7")
    assert files_with(site, f'{ID}"', KITES.title, "detail-ihtest7") == []
    with closing(open_state(site, [])) as state:
        assert [state.is_forgotten(each) for each in (ID, "ecns:ihtest7", OTHER)] == [True, True, False]


def test_another_article_that_has_become_the_same_is_named(begin: Begin, folder: Path) -> None:
    run = begin()
    twin = article(2, revision=2, title=KITES.title, body=KITES.body)
    store(run, KITES, FERRIES, twin)
    run.finish()
    assert forgets(folder, ID).unreached == [f"{OTHER} has the same content; forget it too, if it has to go"]


def test_one_that_was_never_stored_is_not_stored_either(site: Path) -> None:
    for id_ in ("ecns:ihtest9", "ecns:ihtest4"):
        forgets(site, id_)
    with closing(open_state(site, [])) as state:
        assert state.is_forgotten("ecns:ihtest9")
        assert state.all_pending() == []
    assert [json.loads(line)["record"]["id"] for line in lines_of(site / "rejected")] == [ID]


def test_a_second_time_finds_nothing_more(site: Path) -> None:
    forgets(site, ID)
    before = everything_else(site)
    assert forgets(site, ID) == Forgotten()
    assert everything_else(site) == before
    with closing(open_state(site, [])) as state:
        traces = trace(state, site, [ID])
    assert (traces.already, traces.unknown) == ({ID}, set())


def test_an_id_of_which_nothing_is_known_is_told_apart_from_one_that_only_a_file_knows(site: Path) -> None:
    with closing(open_state(site, [])) as state:
        assert trace(state, site, [ID, "ecns:ihtest9", "ecns:ihtest4", "ecns:ihtest7"]).unknown == {"ecns:ihtest7"}


def test_a_rebuilt_state_misses_nothing_and_brings_nothing_back(site: Path, clock: Clock) -> None:
    forgets(site, ID)
    run = FileRun(site, clock)
    run.enter(rebuild=True)
    assert run.warnings == []
    assert [run.state.article(each) is not None for each in (ID, OTHER, LANTERNS.id)] == [False, True, True]
    assert run.state.is_forgotten(ID)
    run.finish()
    shutil.rmtree(site / "articles")
    run = FileRun(site, clock)
    run.enter(rebuild=True)
    assert run.state.article(ID) is None
    assert run.state.count() == 2
    run.finish()


def test_files_that_come_back_from_a_backup_are_cleaned_by_doing_it_again(begin: Begin, site: Path) -> None:
    shutil.copytree(site, site.parent / "backup")
    forgets(site, ID)
    tombstones = (site / "published" / "forgotten.jsonl").read_bytes()
    shutil.rmtree(site)
    shutil.copytree(site.parent / "backup", site)
    (site / "published" / "forgotten.jsonl").write_bytes(tombstones)
    run = begin()
    run.finish()
    assert [each for each in run.warnings if f"state forget {ID}" in each]
    assert len(forgets(site, ID).removed) == 8
    assert files_with(site, f'{ID}"', KITES.title) == []


def test_a_state_that_a_rebuild_has_kept_forgets_too(site: Path, clock: Clock) -> None:
    run = FileRun(site, clock)
    run.enter(rebuild=True)
    run.finish()
    (site / "state.sqlite.old-2").write_bytes(b"garbage " * 1000)
    done = forgets(site, ID)
    assert "state.sqlite.old-1: 2 articles removed" in done.removed
    assert [each.partition(", a state that was replaced, ")[2] for each in done.unreached] == [
        "cannot be read (file is not a database); remove it"
    ]
    assert KITES.url.encode() not in (site / "state.sqlite.old-1").read_bytes()
    assert FERRIES.url.encode() in (site / "state.sqlite.old-1").read_bytes()


def test_its_address_is_not_left_in_the_free_pages_of_the_state(site: Path) -> None:
    forgets(site, ID)
    assert KITES.url.encode() not in (site / "state.sqlite").read_bytes()
    assert not (site / "state.sqlite-wal").exists()


def test_what_cannot_be_searched_is_named(site: Path, tmp_path: Path) -> None:
    articles = site / "articles"
    (plain, *_) = published(site)
    (tmp_path / "backup").hardlink_to(articles / plain)
    (tmp_path / "elsewhere.jsonl").write_bytes(to_line(KITES))
    (articles / "20261101T000000Z-000001.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    (articles / "november.jsonl.zst").write_bytes(b"zstd")
    (compressed,) = articles.glob("*.gz")
    compressed.write_bytes(gzip.compress(to_line(KITES))[:-9])
    (articles / "november.jsonl").write_bytes(to_line(KITES) + b'{"id": "' + ID.encode() + b'", "tit\n')
    (site / "archive").mkdir()
    (site / "notes.csv").write_text(KITES.title)
    done = forgets(site, ID)
    assert "articles/: 3 lines removed from 3 files" in done.removed
    assert sorted(done.unreached) == sorted(
        [
            (
                f"{compressed} is cut off or damaged (Compressed file ended before the"
                " end-of-stream marker was reached); put a whole copy in its place, or move it away"
            ),
            f"{articles / plain} had another name too (a hard link), and the file of that name is unchanged",
            f"{articles / 'november.jsonl'} has a damaged line with the id; remove the line",
            f"{site / 'archive'} may hold it and is not searched",
            f"{site / 'notes.csv'} may hold it and is not searched",
            f"{articles / '20261101T000000Z-000001.jsonl'} is a link, which is not followed",
            f"{articles / 'november.jsonl.zst'} may hold it and is not searched",
        ]
    )
    assert (tmp_path / "elsewhere.jsonl").read_bytes() == to_line(KITES)


def test_a_damaged_file_of_published_versions_stays_damaged_without_it(begin: Begin, folder: Path) -> None:
    run = begin()
    store(run, KITES, FERRIES)
    run.finish()
    (path,) = (folder / "published").iterdir()
    path.write_bytes(path.read_bytes()[:-5])
    forgets(folder, ID)
    assert [record.id for record in ids_file.read(folder / "published", published(folder)[0])[0]] == [OTHER]
    assert not ids_file.read(folder / "published", published(folder)[0])[1]


# Killed.


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Fault:
    """Lets the process die at the n-th of all operations that change the disk, before or after it."""

    at: int = 0
    is_after: bool = False
    count: int = 0
    seen: Counter[str] = field(default_factory=Counter)

    def wrapped(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*arguments: Any, **more: Any) -> Any:
            self.count += 1
            self.seen[name] += 1
            if self.count == self.at and not self.is_after:
                raise Killed
            number = self.count
            try:
                return call(*arguments, **more)
            finally:
                if number == self.at:
                    raise Killed

        return operation


@pytest.fixture
def fault(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fault]:
    fault = Fault()
    monkeypatch.setattr(os, "fsync", fault.wrapped("fsync", lambda _: None))  # the power stays on
    for name in ("rename", "unlink"):
        monkeypatch.setattr(os, name, fault.wrapped(name, getattr(os, name)))

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *parameters: Any) -> sqlite3.Cursor:
            run = super().execute
            return fault.wrapped("commit", run)(sql) if sql == "COMMIT" else run(sql, *parameters)

    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **more: connect(*a, **{"factory": Connection} | more))
    yield fault
    fault.at = 0


def assert_readers_see_whole_files(folder: Path) -> None:
    versions = [
        (record["id"], record["revision"])
        for path in sorted((folder / "articles").glob("[!.]*"))
        for record in map(json.loads, content(path).splitlines())
    ]
    assert len(versions) == len(set(versions))
    assert {(OTHER, 1), (LANTERNS.id, 1)} <= set(versions) <= {(OTHER, 1), (LANTERNS.id, 1), (ID, 1), (ID, 2)}


def killed_at(fault: Fault, step: int, whole: Path, *, is_after: bool) -> Path:
    """A copy of a site's folder, in which forgetting was killed at a step."""
    folder = whole.parent / f"step-{step}-{is_after}" / "ecns"
    shutil.copytree(whole, folder)
    fault.at, fault.count, fault.is_after = step, 0, is_after
    with pytest.raises(Killed):
        forgets(folder, ID)
    fault.at = 0
    return folder


def steps_of(fault: Fault, whole: Path) -> int:
    """How many steps it takes to the end."""
    folder = whole.parent / "whole" / "ecns"
    shutil.copytree(whole, folder)
    fault.count = 0
    forgets(folder, ID)
    assert set(fault.seen) == {"fsync", "rename", "unlink", "commit"}
    return fault.count


def test_killed_at_any_step_it_is_completed_by_doing_it_again(site: Path, fault: Fault) -> None:
    expected = everything_else(site)
    for step in range(1, steps_of(fault, site) + 1):
        for is_after in (False, True):
            folder = killed_at(fault, step, site, is_after=is_after)
            assert_readers_see_whole_files(folder)
            forgets(folder, ID)
            where = f"step {step}, {'after' if is_after else 'before'}"
            assert files_with(folder, f'{ID}"', KITES.title, KITES_CORRECTED.title, "detail-ihtest1") == [], where
            assert everything_else(folder) == expected, where
            assert [path.name for path in folder.rglob(".*")] == [], where


def test_killed_at_any_step_it_is_not_stored_again_by_a_crawl_that_comes_first(
    site: Path, fault: Fault, begin: Begin
) -> None:
    unfinished = 0
    for step in range(1, steps_of(fault, site) + 1, 2):
        folder = killed_at(fault, step, site, is_after=False)
        has_begun = (folder / "published" / "forgotten.jsonl").exists()
        run = begin(folder)
        assert run.state.is_forgotten(ID) is has_begun
        assert (run.state.article(ID) is None) is has_begun
        if has_begun and files_with(folder, f'{ID}"'):
            unfinished += 1
            assert any("state forget" in each for each in run.warnings)
        run.finish()
    assert unfinished
