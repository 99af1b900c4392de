"""A site's folder that has an article in every kind of file, and what is left when it was forgotten."""

import gzip
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.frontier.records import PendingArticle
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
