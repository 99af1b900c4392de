"""A site whose links give one id to several addresses, as a profile does whose pattern is too short."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

FRONT = "https://www.ecns.cn/"


def test_a_run_warns_and_reports_how_many_ids_stand_for_several_addresses(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(8, seed=7, now=datetime(2026, 11, 20, tzinfo=UTC))
    urls = [url for record in generated.truth.values() if "/photo/" not in (url := str(record["url"]))]
    links = "".join(
        f'<a href="{url}">A ferry</a><a href="{url.replace("/2026", "/x/2026")}">A school</a>' for url in urls
    )
    site, front = generated.site, generated.site.resource(FRONT).body
    site.replace(FRONT, body=front.replace(b"</body>", links.encode() + b"</body>"))
    crawl = crawl_of(serve(site))
    ended = crawl.run()
    assert ended.status == 0, ended.err
    warning, _ = ended.err.splitlines()
    found = re.fullmatch(
        r"ecnscrawl: warning: ecns: (7 of \d+ ids on listing pages stand for several addresses, such as ecns:.*)",
        warning,
    )
    assert found, warning
    report = json.loads((crawl.folder / "reports" / "latest.json").read_bytes())
    assert report["warnings"] == [found[1]]
