"""What a request says that is to be rendered, and what its response says that was."""

from dataclasses import dataclass
from enum import StrEnum

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

_KEY = "rendering"


class Mode(StrEnum):
    """When pages are rendered."""

    AUTO = "auto"  #: those that came empty
    OFF = "off"
    ALWAYS = "always"


MODES = tuple(mode.value for mode in Mode)


class RenderFailed(IgnoreRequest):
    """A page could not be rendered; in words that a report can count."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be rendered."""

    awaited: str | None = None  #: XPath of what its scripts write; None waits for the network to be quiet
    document: Response | None = None  #: the page as it came; None where it is still to be asked for


def want(request: Request, wanted: Wanted) -> Request:
    """The request, to be rendered."""
    request.meta.update({_KEY: wanted, "dont_retry": True})  # its document is, and what its scripts ask for
    return request


def wanted_by(request: Request) -> Wanted | None:
    """What a request says of its rendering; None where it is a plain one."""
    found = request.meta.get(_KEY)
    return found if isinstance(found, Wanted) else None


def rendered_from(response: Response) -> Response | None:
    """The page as it came, before a browser ran its scripts; None where it was asked for only by a browser."""
    wanted = wanted_by(response.request) if response.request is not None else None
    return wanted.document if wanted else None


def is_rendered(response: Response) -> bool:
    """Whether a response went through a browser, or was to."""
    return response.request is not None and wanted_by(response.request) is not None
