"""Exceptions that tell an errback why a request was not sent."""

from scrapy.exceptions import IgnoreRequest


class RobotsUnavailable(IgnoreRequest):
    """The host's robots.txt could not be fetched, so nothing of it is requested."""


class RequestDropped(IgnoreRequest):
    """A request was dropped before it was sent; its article or page stays pending."""


class RunStopped(RequestDropped):
    """A request was dropped because the run ends."""


class HostLeft(RequestDropped):
    """The host gets no more requests in this run; the request stays pending."""


class HostPaused(RequestDropped):
    """The host asked for a pause while the request was waiting."""


class AddressRefused(IgnoreRequest):
    """The address policy forbids this request. The message contains the host, which a page may have chosen."""
