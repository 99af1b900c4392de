"""Forget articles of a site whose records are rows: all in one transaction, but for what is only on this machine."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import Any

from ecnscrawl.frontier.remembered_texts import forget_texts
from ecnscrawl.normalize.text import counted
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.storage.forgetting import ARCHIVE, Forgotten, clean_texts, twins_of
from ecnscrawl.storage.site_forgetting import CleanArchive
from ecnscrawl.storage.traces import Traces, own_addresses, trace_state

_OWN_IDS = "SELECT id FROM ecnscrawl.articles WHERE site = %s AND url = ANY(%s)"
_RECORDS = """
SELECT id, encode(content_hash, 'hex'), record::json ->> 'url' FROM ecnscrawl.records WHERE site = %s AND id = ANY(%s)
"""
_TWINS = """
SELECT DISTINCT id FROM ecnscrawl.records
WHERE site = %s AND content_hash = ANY(%s) AND NOT id = ANY(%s)
"""
_OTHERS = """
SELECT id, url FROM ecnscrawl.gone WHERE site = %(site)s AND id = ANY(%(ids)s)
UNION ALL
SELECT id, record::json ->> 'url' FROM ecnscrawl.rejected WHERE site = %(site)s AND id = ANY(%(ids)s)
"""
_TABLES = ("records", "rejected", "gone")
#: Tables with texts of runs: which column has them.
_TEXTS = {"reports": "report", "latest_reports": "report", "alarms": "message"}


@dataclass(frozen=True)
class RowForgetting:
    """Forgets articles in a database; see SiteForgetting."""

    run: DatabaseRun

    def trace(self, named: Sequence[str]) -> Traces:
        return _trace_rows(self.run, named)

    def forget(self, traces: Traces, clean_archive: CleanArchive) -> Forgotten:
        return _forget_rows(self.run, traces, clean_archive)


def _trace_rows(run: DatabaseRun, named: Sequence[str]) -> Traces:
    state, site = run.state, run.site
    state.prefetch(named)
    urls = own_addresses(state, named)
    own = [id_ for (id_,) in run.rows(_OWN_IDS, [site, list(urls)])] if urls else []
    ids = [*named, *own]
    traces = trace_state(state, ids, {id_: set() for id_ in ids if state.is_forgotten(id_)})
    for id_, content_hash, url in run.rows(_RECORDS, [site, list(traces.ids)]):
        traces.hashes[id_].add(content_hash)
        traces.urls.add(url)
        traces.unknown.discard(id_)
    if traces.unknown:
        for id_, url in run.rows(_OTHERS, {"site": site, "ids": list(traces.unknown)}):
            traces.urls.update({url} - {None, ""})
            traces.unknown.discard(id_)
    hashes = [bytes.fromhex(each) for each in {each for found in traces.hashes.values() for each in found}]
    traces.twins.update(id_ for (id_,) in run.rows(_TWINS, [site, hashes, list(traces.ids)]))
    return traces


def _forget_rows(run: DatabaseRun, traces: Traces, clean_archive: CleanArchive) -> Forgotten:
    """Remove the articles from the database and from this machine."""
    state, site, ids, done = run.state, run.site, sorted(traces.ids), Forgotten()
    clean_texts(run.folder, traces, done)
    clean_archive(run.folder / ARCHIVE, traces, done)
    forget_texts(state, traces.urls)
    for table in _TABLES:
        ((number,),) = run.rows(f"SELECT count(*) FROM ecnscrawl.{table} WHERE site = %s AND id = ANY(%s)", [site, ids])
        state.add_row(f"DELETE FROM ecnscrawl.{table} WHERE site = %s AND id = ANY(%s)", [site, ids])
        if number:
            done.removed.append(f"{run.worker.address.name}: {counted(number, 'row')} removed from {table}")
    if (pattern := traces.address_pattern()) is not None:
        reports = 0
        for table, column in _TEXTS.items():
            for condition, key, text in _texts_with(run, table, column, pattern):
                state.add_row(f"UPDATE ecnscrawl.{table} SET {column} = %s WHERE {condition}", [text, site, *key])
                reports += table == "reports"
        if reports:
            done.removed.append(f"{run.worker.address.name}: address removed from {counted(reports, 'report')}")
    for id_ in ids:
        state.forget(id_, map(bytes.fromhex, traces.hashes[id_]))
    run.commit_and_wait()
    done.unreached += twins_of(traces)
    return done


def _texts_with(
    run: DatabaseRun, table: str, column: str, pattern: Pattern[bytes]
) -> Iterator[tuple[str, list[Any], str]]:
    """Yield the rows whose text has an address of the articles: a condition, the key, and the text without it."""
    keys = ("run", "place") if table == "alarms" else ("run",)
    condition = " AND ".join(f"{key} = %s" for key in ("site", *keys))
    statement = f"SELECT {', '.join(keys)}, {column} FROM ecnscrawl.{table} WHERE site = %s"
    for *key, text in run.rows(statement, [run.site]):
        content, number = pattern.subn(b"forgotten", text.encode())
        if number:
            yield condition, key, content.decode()
