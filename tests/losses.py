"""Crawls whose state and files are lost."""

import json
import shutil
from pathlib import Path

from ecnscrawl.items import Article
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Begin, Clock, article
from tests.site_folder import store

NEWER = article(1, revision=2, title="Ferry number 1 is on time")
GARBAGE = b"garbage " * 1000


def crawl(begin: Begin, *articles: Article, run_settings: RunSettings | None = None) -> FileRun:
    """A run that stores these articles, with its report."""
    run = begin(run_settings=run_settings)
    store(run, *articles)
    run.finish()
    new = len([each for each in articles if each.revision == 1])
    counts = {"new": new, "updated": len(articles) - new}
    report = {"run": run.id, "files": run.files, "recovered": [], "counts": counts, "records": run.records}
    (run.reports.folder / f"{run.id}.json").write_text(json.dumps(report))
    return run


def lose_state(folder: Path) -> None:
    for path in folder.glob("state.sqlite*"):
        path.unlink()


def lose_files(folder: Path, *parts: str) -> None:
    for part in parts:
        shutil.rmtree(folder / part)


def as_before_ids_were_kept(folder: Path) -> None:
    """As an earlier version left it: no `published/`, and reports that do not count the records of each file."""
    lose_files(folder, "published")
    for path in (folder / "reports").glob("*.json"):
        report = json.loads(path.read_text())
        del report["records"]
        path.write_text(json.dumps(report))


def rebuild(folder: Path, clock: Clock, *, accept_loss: bool = False) -> FileRun:
    run = FileRun(folder, clock)
    run.enter(rebuild=True, accept_loss=accept_loss)
    run.finish()
    return run


def restored_backup(begin: Begin, folder: Path) -> Path:
    """One run, a backup of its state, a second run, the backup restored; gives the second run's file of ids."""
    crawl(begin, article(1))
    backup = (folder / "state.sqlite").read_bytes()
    run = crawl(begin, article(2), article(3))
    lose_state(folder)
    (folder / "state.sqlite").write_bytes(backup)
    return folder / "published" / ids_file.ids_name(run.files[0])
