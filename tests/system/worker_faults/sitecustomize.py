"""Breaks a worker in one way: this folder stands on PYTHONPATH, WORKER_FAULT names the way.

The test of many workers must fail for each of them; else it would not see that the worker does not do what it should.
"""

import os
import time
from dataclasses import replace
from typing import Any

from ecnscrawl.frontier.postgres import claims, due_sites, writes
from ecnscrawl.frontier.postgres.changes import Changes
from ecnscrawl.frontier.postgres.site_lease import PostgresSiteLease
from ecnscrawl.frontier.sharing import Claim

GAP_SECONDS = 1.0  #: between two transactions that should be one: long enough for a kill to hit it


def without_takeover() -> None:
    """Claim only sites that nobody has claimed before, or that were released."""
    claims._CLAIM = claims._CLAIM.replace(claims.FREE, "owner IS NULL")
    due_sites._CLAIM = due_sites._CLAIM.replace(claims.FREE, "owner IS NULL")


def without_fencing() -> None:
    """Write without a look at the claim."""
    writes.hold = lambda connection, held: None  # type: ignore[attr-defined]
    writes.check_number = lambda cursor, site, number: None


def without_lease_check() -> None:
    """Go on until a commit fails."""
    PostgresSiteLease.is_held = property(lambda self: True)  # type: ignore[assignment]


def lease_check_before_the_delay() -> None:
    """Look at the lease only before a request waits for its host's delay."""
    from ecnscrawl.network import admission, guarded_writes, lease_watcher
    from ecnscrawl.network.exceptions import RunStopped

    note_written, wait = admission.Admission.note_written, admission.Admission.wait

    async def checked_wait(self: Any, request: Any) -> Any:
        if not self._context.may_send:
            raise RunStopped("the lease has ended")
        return await wait(self, request)

    def unchecked(self: Any, host: str) -> None:
        self._gate.note_written(host)

    assert note_written is not None
    admission.Admission.wait = checked_wait  # type: ignore[method-assign]
    admission.Admission.note_written = unchecked  # type: ignore[method-assign]
    guarded_writes.guard_writes = lambda transport, may_send: None
    lease_watcher.LeaseWatcher._look = lambda self: self._lease.note_loop_alive()  # type: ignore[method-assign]


def two_transactions() -> None:
    """Make ids known in one transaction, and store their records in the next one."""
    write = writes.write

    def write_twice(connection: Any, held: Claim, changes: Changes) -> None:
        write(connection, held, replace(changes, rows={}))
        if changes.rows:
            time.sleep(GAP_SECONDS)
            write(connection, held, Changes(rows=changes.rows))

    writes.write = write_twice


FAULTS = {
    each.__name__: each
    for each in (
        without_takeover, without_fencing, without_lease_check, lease_check_before_the_delay, two_transactions
    )
}  # fmt: skip

FAULTS[os.environ["WORKER_FAULT"]]()
