"""A proxy before a PostgreSQL server that loses the answer to a COMMIT: the server has it, and the client never knows.

https://www.postgresql.org/docs/current/protocol-message-formats.html
"""

import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

_COMMIT = b"COMMIT"
_PIECE = 65_536


@dataclass
class LosesCommits:
    """Takes clients on loopback, and cuts the connection in which the COMMITs of these numbers are answered."""

    server: Path  #: the server's socket
    lost: frozenset[int]
    commits: int = 0  #: of transactions that changed a record, so far
    _listening: socket.socket = field(default_factory=socket.socket)

    def __enter__(self) -> Self:
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen()
        Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.close()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listening.getsockname()[1]
        return port

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                client, _ = self._listening.accept()
                Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server:
            server.connect(str(self.server))
            Thread(target=_copy, args=(server, client), daemon=True).start()
            with suppress(OSError):
                writes = False
                while sent := client.recv(_PIECE):
                    writes |= b"INSERT INTO ecnscrawl.records" in sent
                    if writes and _COMMIT in sent:
                        writes = False
                        self.commits += 1
                        if self.commits in self.lost:
                            _lose(client, server, sent)
                            return
                    server.sendall(sent)


def _lose(client: socket.socket, server: socket.socket, sent: bytes) -> None:
    """Cut the client off, and let the server carry out what was sent."""
    client.shutdown(socket.SHUT_RDWR)
    server.sendall(sent)
    server.shutdown(socket.SHUT_WR)


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)
