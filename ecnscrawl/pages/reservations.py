"""Read what a publisher reserves: robots' directives of a page and its headers, and TDM reservations.

Sources: developers.google.com/search/docs/crawling-indexing/robots-meta-tag for the directives and `X-Robots-Tag`;
w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510 for `tdm-reservation`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from ecnscrawl.pages.document import Document

TDM = "tdm-reservation"
#: A page with one of these is not stored: it is not to be listed, kept or mined; many sites write `noai` for that.
FORBIDS_STORING = frozenset({"noindex", "noarchive", "noai", TDM})
#: The others that are named in reports. `nofollow` is obeyed on pages that list articles.
KNOWN = FORBIDS_STORING | {"nofollow", "nosnippet", "noimageindex", "noimageai", "notranslate"}
_MEANS = {"none": ("noindex", "nofollow"), "nocache": ("noarchive",)}
_DIRECTIVE = re.compile(r"[a-z-]+")
_AGENT = re.compile(r"\s*([a-z0-9_*-]+)\s*:\s*(.*)", re.IGNORECASE | re.DOTALL)
_MAX_RULES = 1000


@dataclass(frozen=True, slots=True)
class TdmRule:
    """A rule of a site's TDM file: the pages that it is about, and whether their rights are reserved."""

    location: str  #: a path with `*` for anything and `$` for the end, as in robots.txt
    is_reserved: bool

    def fits(self, url: str) -> bool:
        """Whether the rule is about this URL."""
        parts = urlsplit(url)
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        first, *others = self.location.removesuffix("$").split("*")
        if not path.startswith(first):
            return False
        at, is_anchored = len(first), self.location.endswith("$")
        last = others.pop() if others and is_anchored else None
        for each in others:  # not as a pattern: with many wildcards it could take for ever
            found = path.find(each, at)
            if found < 0:
                return False
            at = found + len(each)
        if last is not None:
            return path.endswith(last) and len(path) - len(last) >= at
        return not is_anchored or at == len(path)


class StatedTerms(NamedTuple):
    """What a publisher states outside a page; the arguments of `reservations` after it."""

    robots_headers: Sequence[str]
    tdm_header: str | None
    rules: Sequence[TdmRule]
    token: str


def tdm_rules(body: bytes) -> list[TdmRule]:
    """Return the rules of `/.well-known/tdmrep.json`; [] if it is not such a file.

    >>> tdm_rules(b'[{"location": "/photos/*", "tdm-reservation": 1}]')
    [TdmRule(location='/photos/*', is_reserved=True)]
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return []
    entries = document if isinstance(document, list) else [document]
    return [
        TdmRule(location, _is_reserved(each.get(TDM)))
        for each in entries[:_MAX_RULES]
        if isinstance(each, dict) and isinstance(location := each.get("location"), str) and location.startswith("/")
    ]


def reservations(
    page: Document, robots_headers: Sequence[str], tdm_header: str | None, rules: Sequence[TdmRule], token: str
) -> frozenset[str]:
    """Return what a page reserves, of the names in KNOWN.

    `robots_headers` are the values of `X-Robots-Tag`, `tdm_header` that of `tdm-reservation`, `rules` the site's TDM
    file, `token` the name of this crawler. Directives for other crawlers do not count. Of several TDM reservations the
    closest to the page counts: that on the page, then the header, then the file's rule with the longest location.
    """
    found = set[str]()
    for meta in page.root.iter("meta"):
        if (meta.get("name") or "").strip().lower() in ("robots", token):
            found |= _directives(meta.get("content") or "")
    for header in robots_headers:
        agent = _AGENT.fullmatch(header)
        if agent and agent[1].lower() not in KNOWN | {"unavailable_after", "max-snippet"}:
            found |= _directives(agent[2]) if agent[1].lower() in ("*", token) else set()
        else:
            found |= _directives(header)
    closest = (page.metas.get(TDM), tdm_header, _value_for(page.url, rules))
    if _is_reserved(next((value for value in closest if value is not None), None)):
        found.add(TDM)
    return frozenset(found & KNOWN)


def _directives(text: str) -> set[str]:
    words: Iterable[str] = (word.strip().lower() for word in text.split(","))
    named = {word for word in words if _DIRECTIVE.fullmatch(word)}
    return named | {meant for word in named for meant in _MEANS.get(word, ())}


def _value_for(url: str, rules: Sequence[TdmRule]) -> str | None:
    fitting = [rule for rule in rules if rule.fits(url)]
    return str(int(max(fitting, key=lambda rule: len(rule.location)).is_reserved)) if fitting else None


def _is_reserved(value: object) -> bool:
    return str(value).strip() in ("1", "1.0", "True")
