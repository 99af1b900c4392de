"""A site on loopback behind a forward proxy: the unchanged crawler asks for its real addresses and is answered here."""

from replica.faults import Close, Fault, ResetInBody, Stall, StatusFault
from replica.requests import LoggedRequest
from replica.server import Replica
from replica.site import Resource, Site

__all__ = ["Close", "Fault", "LoggedRequest", "Replica", "ResetInBody", "Resource", "Site", "Stall", "StatusFault"]
