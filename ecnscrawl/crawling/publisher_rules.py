"""Know what the publisher of a site without a profile reserves: request its TDM file, and look at pages and headers."""

import json
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.requests import Callbacks, new_request
from ecnscrawl.network.request_info import RequestInfo
from ecnscrawl.network.robots_txt import product_token
from ecnscrawl.pages.reservations import FORBIDS_STORING, StatedTerms, TdmRule, tdm_rules
from ecnscrawl.sites.discovery import Discovery

PATH = "/.well-known/tdmrep.json"
TDM_FILE = "tdmrep"  #: the name under which the state keeps its rules, and when they were requested
_KEPT = 86_400  # seconds until the file is requested again


class PublisherRules:
    """The site's TDM file, requested once a day, and what single pages say. The report counts all of it."""

    def __init__(self, context: CrawlContext, discovery: Discovery) -> None:
        self._context = context
        self._discovery = discovery
        self._rules: list[TdmRule] = []
        self._token = product_token(context.settings["ROBOTSTXT_USER_AGENT"] or context.settings["USER_AGENT"])

    def request(self, callbacks: Callbacks) -> Request | None:
        """Return the request for the TDM file; None if its rules are known from an earlier run."""
        known = json.loads(str(self._context.run.state.get_meta(TDM_FILE) or "{}"))
        if 0 <= self._now - known.get("asked", 0) < _KEPT:
            self._rules = [TdmRule(location, is_reserved) for location, is_reserved in known["rules"]]
            return None
        return new_request(urljoin(self._discovery.home, PATH), RequestInfo(), callbacks)

    def take(self, response: Response | None) -> None:
        """Take the rules of the TDM file; None where the site answers that it has none."""
        self._rules = tdm_rules(response.body) if response is not None else []
        rules = [(rule.location, rule.is_reserved) for rule in self._rules]
        self._context.facts[TDM_FILE] = json.dumps({"asked": self._now, "rules": rules})

    def stated(self, response: Response) -> StatedTerms:
        """Return what is stated of a page outside of it: in its headers, and in the TDM file."""
        robots = [value.decode("latin-1") for value in response.headers.getlist("X-Robots-Tag")]
        tdm = response.headers.get("tdm-reservation")
        return StatedTerms(robots, tdm.decode("latin-1") if tdm else None, self._rules, self._token)

    def forbidding(self, reserved: frozenset[str]) -> set[str]:
        """Return the reservations by which a page is not stored, and count all that it has."""
        self._context.stats.reserved.update(reserved)
        return set(reserved & FORBIDS_STORING) if self._is_obeyed else set()

    def may_follow(self, reserved: frozenset[str]) -> bool:
        """Whether the links of a page that lists articles may be followed; a `nofollow` is counted."""
        is_forbidden = "nofollow" in reserved
        self._context.stats.reserved.update({"nofollow"} if is_forbidden else ())
        return not (is_forbidden and self._is_obeyed)

    @property
    def _is_obeyed(self) -> bool:
        return self._context.settings.getbool("RESERVATIONS_OBEY")

    @property
    def _now(self) -> int:
        return int(self._context.run.clock().timestamp())
