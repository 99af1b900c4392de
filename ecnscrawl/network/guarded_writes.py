"""Send nothing over a connection once it is forbidden, not even what was written before and waits in its buffers.

Twisted sends what is written in a later turn of the event loop, and TLS in one still later. A process that is frozen in
between would send it when it wakes.
"""

from collections.abc import Callable
from typing import Any

from twisted.internet.error import ConnectionAborted


def guard_writes(transport: Any, may_send: Callable[[], bool]) -> None:
    """Ask `may_send` before any bytes go to the socket of this transport; if they may not, the connection is lost."""
    while (below := getattr(transport, "transport", None)) is not None:  # TLS stands on a TCP connection
        transport = below
    send = transport.writeSomeData

    def send_if_allowed(data: bytes) -> Any:
        return send(data) if may_send() else ConnectionAborted()

    transport.writeSomeData = send_if_allowed
