"""Run an export so that a signal ends it, and say what it has written."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from ecnscrawl.exporters.search_query import small_operator
from ecnscrawl.exporters.target import ExportFailed
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely

if TYPE_CHECKING:
    from ecnscrawl.exporters.job import Job


def run_job(job: "Job") -> int:
    """Run the job and return the number of articles written. A signal ends the process.

    The job runs in a thread, because DuckDB handles no signal while it runs a query.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return ThreadPoolExecutor(1).submit(job.run).result()
    except BrokenPipeError:  # the reader has gone, like `head`: end as other programs do
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.raise_signal(signal.SIGPIPE)
        raise
    except KeyboardInterrupt:
        job.abandon()
        unchanged = "" if job.target is None else f"; {job.name} is unchanged"
        print_safely(f"ecnscrawl: error: stopped{unchanged}", error=True)
        os._exit(ExportFailed.exit_status)  # a normal exit would wait for the thread


def last_line(written: int, job: "Job") -> str:
    """Return how many articles were written, and why so few if the selection says it."""
    what = f"{written} article{'' if written == 1 else 's'}"
    if job.selection.all_revisions:
        what += " (each revision counted)"
    cut = f"; {counted(job.cut_cells, 'text')} cut to what a cell holds" if job.cut_cells else ""
    return f"{what} written to {job.name}{_why_so_few(written, job)}{cut}"


def _why_so_few(written: int, job: "Job") -> str:
    """Explain an unknown section, or why nothing was written; empty if there is nothing to explain."""
    from ecnscrawl.exporters.job import meant  # noqa: PLC0415 - Scrapy imports all commands at each start

    if unknown := job.selection.unknown(job.sections):
        return f": {'; '.join(f'no article has the section {name!r}{meant(name, job.sections)}' for name in unknown)}"
    if written:
        return ""
    capitals = f"; {small.upper()} is written in capitals" if (small := small_operator(job.search or "")) else ""
    return f": nothing {'new ' if job.cursors else ''}in {job.source} matches{capitals}"
