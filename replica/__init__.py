"""Test sites behind a forward proxy on loopback: the unchanged crawler requests real URLs, and the proxy answers."""

from replica.faults import Close, Fault, Hold, ResetInBody, Stall, StatusFault
from replica.requests import LoggedRequest
from replica.server import Replica
from replica.site import Resource, Site

__all__ = [
    "Close", "Fault", "Hold", "LoggedRequest", "Replica", "ResetInBody", "Resource", "Site", "Stall", "StatusFault",
]  # fmt: skip
