"""Sites made of saved pages alone, several of them behind one proxy."""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from replica import Replica, Resource, Site
from replica.saved_site import saved_sites

PAGES = {
    "gaceta": {"http://gaceta.example/nota?id=1": "uno", "http://gaceta.example/nota?id=2": "dos"},
    "haber": {"https://www.haber.example/": "on sayfa", "https://haber.example/sitemap.xml": "<urlset/>"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    manifest: dict[str, list[dict[str, str]]] = {}
    for name, pages in PAGES.items():
        (tmp_path / "html" / name).mkdir(parents=True)
        for number, (url, text) in enumerate(pages.items()):
            (tmp_path / "html" / name / f"{number}.html").write_text(text)
            kind = "sitemap" if url.endswith(".xml") else "article"
            entry = {"file": f"{number}.html", "type": kind, "url": url, "date": "2026-03-01"}
            manifest.setdefault(name, []).append(entry)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    return tmp_path


def get(replica: Replica, url: str) -> tuple[str, str]:
    """The body of a page, and its type; both empty if there is none."""
    proxy = urllib.request.ProxyHandler(dict.fromkeys(("http", "https"), replica.proxy_url))
    trust = urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=str(replica.ca_file)))
    try:
        with urllib.request.build_opener(proxy, trust).open(url) as response:
            return response.read().decode(), response.headers["Content-Type"]
    except urllib.error.HTTPError:
        return "", ""


def test_each_page_stands_at_its_own_address_query_and_all(folder: Path) -> None:
    with Replica(list(saved_sites(folder))) as replica:
        for pages in PAGES.values():
            assert {url: get(replica, url)[0] for url in pages} == pages
        assert get(replica, "http://gaceta.example/nota?id=3") == ("", "")
        assert get(replica, "https://www.haber.example/nota?id=1") == ("", "")
        assert get(replica, "https://haber.example/sitemap.xml")[1] == "application/xml"
        assert get(replica, "http://gaceta.example/robots.txt")[0].splitlines() == ["User-agent: *", "Allow: /"]


def test_a_site_that_is_made_elsewhere_is_left_out(folder: Path) -> None:
    assert [site.hosts for site in saved_sites(folder, without="gaceta")] == [("www.haber.example", "haber.example")]


def test_a_query_is_ignored_where_the_site_has_none() -> None:
    site = Site()
    site.put("/world/", Resource(b"world"))
    assert site.find("ecns.cn", "/world/", "from=app").body == b"world"
    other = Site("gaceta.example", has_queries=True)
    other.put("/nota?id=1", Resource(b"uno"))
    assert "http://gaceta.example/nota?id=1" in other
    assert list(other.addresses()) == ["https://gaceta.example/nota?id=1"]
    assert other.find("gaceta.example", "/nota", "id=2").status == 404
