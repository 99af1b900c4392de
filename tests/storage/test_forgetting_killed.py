"""Whenever forgetting is killed, doing it again completes it, and no crawl stores the article again."""

import json
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.samples import Begin
from tests.storage.forgetting import (
    ID,
    KITES,
    KITES_CORRECTED,
    LANTERNS,
    OTHER,
    content,
    everything_else,
    files_with,
    forgets,
    site,
)

__all__ = ["site"]  # a fixture


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
