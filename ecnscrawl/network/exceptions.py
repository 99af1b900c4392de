"""Why a request is not sent: the exceptions that its errback gets."""

from scrapy.exceptions import IgnoreRequest


class RequestDropped(IgnoreRequest):
    """A request was dropped before it was sent; its article or page stays pending."""


class RunStopped(RequestDropped):
    """A request was dropped because the run ends."""


class HostLeft(RequestDropped):
    """The host is left alone for the rest of this run; the request stays pending."""


class HostPaused(RequestDropped):
    """The host asked to be left alone, while the request stood in line."""


class AddressRefused(IgnoreRequest):
    """The address policy forbids this request. The message contains the host, which a page may have chosen."""
