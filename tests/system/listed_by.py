"""The site's spider with one source of another kind: the environment variable LISTED_BY names it."""

import os
from dataclasses import replace
from datetime import date

from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.sources import ByDate, ByNextLink, Sitemap
from ecnscrawl.spiders.ecns import EcnsSpider

HOST = "https://www.ecns.cn"
SOURCES: dict[str, ListingSource] = {
    "date": ByDate("archive", HOST + "/archive/{day:%Y-%m-%d}.shtml", oldest=date(2020, 1, 1), max_empty_pages=2),
    "next link": ByNextLink("archive", HOST + "/archive/1.shtml"),
    "sitemap": Sitemap(HOST + "/sitemap.xml"),
}
#: What lists the newest articles, beside an archive of all of them.
LATEST = ByNextLink("latest", HOST + "/latest.shtml")
ARCHIVE = ByDate("archive", HOST + "/archive/{day:%Y-%m-%d}.shtml", oldest=date(2020, 1, 1), is_archive=True)
_LISTED_BY = os.environ.get("LISTED_BY", "date")


class ListedBySpider(EcnsSpider):
    """Requests the pages of that source and nothing else; with `archive`, what is latest too."""

    name = "ecns"
    profile = replace(ECNS, sources=(SOURCES[_LISTED_BY],) if _LISTED_BY in SOURCES else (LATEST, ARCHIVE))
