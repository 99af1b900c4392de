"""A connection to a Dask cluster: somebody's scheduler, or processes on this machine."""

import json
import logging
import os
import re
import secrets
import socket
import threading
import time
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING

from ecnscrawl.exceptions import CannotStart, WrongUsage

if TYPE_CHECKING:
    from distributed import Client, Future

LOCAL = "local"
_ADDRESS = re.compile(r"(?:(?:tcp|tls|ws|wss)://)?(?P<host>\[[0-9A-Fa-f:]+\]|[^\s/:@\[\]]+):(?P<port>\d{1,5})/?")
_GOES_ON = "what was stored is whole, and the same command goes on"
_CONNECT_SECONDS = 5.0
_POLL_SECONDS = 0.5
_CLOSE_SECONDS = 2.0


class Cluster:
    """The scheduler at an address, and its workers."""

    def __init__(self, address: str) -> None:
        """Raises WrongUsage for what is no address, and CannotStart if no scheduler answers there."""
        self.address = address_of(address)
        try:
            self._client = _connect(self.address)
        except OSError as error:
            raise CannotStart(f"no Dask scheduler answers at {self.address}: {_reason(error)}") from None

    @property
    def is_connected(self) -> bool:
        """Whether the scheduler answers. Futures are lost with the connection."""
        return bool(self._client.status == "running")

    def threads(self, seconds: float) -> int:
        """Return how many tasks the workers run at once; 0 without workers, or if the connection is lost.

        Raises CannotStart if the scheduler, which may be frozen, does not answer for so many seconds, at least five.
        """
        seconds = max(seconds, _CONNECT_SECONDS)
        try:
            return sum(self._client.nthreads(callback_timeout=seconds).values())
        except TimeoutError:
            raise CannotStart(
                f"the Dask scheduler at {self.address} has not answered for {seconds:g} s; {_GOES_ON}"
            ) from None
        except OSError:
            return 0

    def submit(self, program: str, names: Mapping[str, object], *, priority: int) -> "Future[None]":
        """Hand a task to the scheduler: a Python program, and the names that it uses. The greatest priority is first.

        It goes there as text: a worker that could not unpickle a function, for want of its module, would just end.
        """
        key = f"read_archive-{secrets.token_hex(8)}"  # the name that Dask's dashboard shows
        return self._client.submit(exec, program, dict(names), key=key, pure=False, priority=priority)

    def reconnect(self, seconds: float) -> None:
        """Wait until the scheduler answers again. Raises CannotStart after so many seconds."""
        self.close()
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._client = _connect(self.address)
            except OSError as error:
                if time.monotonic() > deadline:
                    raise CannotStart(
                        f"the Dask scheduler at {self.address} has gone ({_reason(error)}); {_GOES_ON}"
                    ) from None
                threading.Event().wait(_POLL_SECONDS)
            else:
                return

    def close(self) -> None:
        """Close the connection. A task that runs goes on."""
        with suppress(Exception):  # whatever the other end does
            self._client.close(timeout=_CLOSE_SECONDS)


class LocalCluster(Cluster):
    """Processes on this machine, one task in each. Nobody else can connect to them: they have a key of their own."""

    def __init__(self, workers: int | None) -> None:
        """`workers` is how many processes; by default one for each processor."""
        import distributed  # noqa: PLC0415 - an extra

        _silence()
        self._cluster = distributed.LocalCluster(
            n_workers=workers or len(os.sched_getaffinity(0)),
            threads_per_worker=1,
            memory_limit=None,  # the limit of a page holds in the process that reads it
            host="127.0.0.1",
            security=True,
            dashboard_address=None,
            silence_logs=logging.CRITICAL,
        )
        self._client = distributed.Client(self._cluster, set_as_default=False)
        self.address = LOCAL

    @property
    def scheduler_address(self) -> str:
        """Where it listens."""
        return str(self._cluster.scheduler_address)

    def close(self) -> None:
        super().close()
        with suppress(Exception):
            self._cluster.close(timeout=_CLOSE_SECONDS)


def address_of(text: str) -> str:
    """Return the address of a scheduler, also from a scheduler file of Dask. Raises WrongUsage, CannotStart."""
    if text.endswith(".json"):
        try:
            content = json.loads(Path(text).read_bytes())
        except OSError as error:
            raise CannotStart(f"{text}: {error.strerror}; name the file that dask scheduler has written") from None
        except ValueError:
            raise CannotStart(f"{text} is no JSON; name the file that dask scheduler has written") from None
        text = str(content.get("address")) if isinstance(content, Mapping) else ""
    if _ADDRESS.fullmatch(text) is None:
        raise WrongUsage(f"--dask {text!r} is no address; write tcp://HOST:8786, tls://HOST:8786 or local")
    return text


def _connect(address: str) -> "Client":
    """Connect to a scheduler. Raises OSError: at once, where nothing listens."""
    import distributed  # noqa: PLC0415 - an extra

    _silence()
    found = _ADDRESS.fullmatch(address)
    assert found is not None
    try:
        socket.create_connection((found["host"].strip("[]"), int(found["port"])), _CONNECT_SECONDS).close()
    except OverflowError:
        raise OSError("there is no such port") from None
    _check_certificate(address)
    made: Queue[Client | Exception] = Queue()

    def connect() -> None:
        try:
            made.put(distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False))
        except Exception as error:
            made.put(error)

    # In a thread: with a server that is not Dask's, and sends nothing, it waits longer than its own timeout.
    threading.Thread(target=connect, daemon=True).start()
    try:
        client = made.get(timeout=2 * _CONNECT_SECONDS)
    except Empty:
        raise OSError("what listens there does not answer as a scheduler") from None
    if isinstance(client, Exception):
        raise client if isinstance(client, OSError) else OSError(str(client))
    return client


def _check_certificate(address: str) -> None:
    """Raise OSError if the user has no certificate for an encrypted connection."""
    from distributed.security import Security  # noqa: PLC0415 - an extra

    is_encrypted = address.startswith(("tls://", "wss://"))
    if is_encrypted and Security().get_connection_args("client").get("ssl_context") is None:
        raise OSError(
            "TLS needs a certificate; name it, its key and the CA in Dask's configuration, distributed.comm.tls"
        )


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).partition("\n")[0]


def _silence() -> None:
    """Let Dask not log, which it has prepared on import: what a user must know is said in one line."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"distributed\b")
