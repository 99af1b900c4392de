"""A request goes through the user's proxy exactly where Scrapy's own middleware would send it there."""

from typing import Any

import pytest
from scrapy import Request
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware

from ecnscrawl.middlewares.proxy import ProxyMiddleware

PROXY = "http://me:s%2Fcret@127.0.0.1:3128"
NAMES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
ENVIRONMENTS: dict[str, dict[str, str]] = {
    "no proxy": {},
    "one for both": {"http_proxy": PROXY, "https_proxy": PROXY},
    "one for https": {"https_proxy": PROXY},
    "without exceptions": {"https_proxy": PROXY, "no_proxy": ""},
    "not for a host": {"http_proxy": PROXY, "https_proxy": PROXY, "no_proxy": "www.example.org,localhost"},
    "not for a domain": {"https_proxy": PROXY, "no_proxy": ".example.org"},
    "for no host": {"https_proxy": PROXY, "no_proxy": "*"},
}
URLS = (
    "https://www.example.org/", "http://www.example.org/1", "https://www.example.org/2", "https://example.org/",
    "https://www.example.net/", "ftp://www.example.org/",
)  # fmt: skip
METAS: tuple[dict[str, Any], ...] = ({}, {"proxy": None}, {"proxy": "http://other:8080"})


def outcome(middleware: HttpProxyMiddleware, url: str, meta: dict[str, Any]) -> tuple[dict[str, Any], object]:
    request = Request(url, meta=meta)
    middleware.process_request(request)
    return request.meta, request.headers.to_unicode_dict()


@pytest.mark.parametrize("environment", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_the_proxy_is_the_one_that_scrapys_own_chooses(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ours, scrapys = ProxyMiddleware(), HttpProxyMiddleware()
    for meta in METAS:
        for url in URLS * 2:
            assert outcome(ours, url, dict(meta)) == outcome(scrapys, url, dict(meta))


def test_the_environment_is_read_once_for_each_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", PROXY)
    monkeypatch.setenv("no_proxy", "")
    middleware = ProxyMiddleware()
    first = outcome(middleware, "https://www.example.org/", {})
    monkeypatch.setenv("no_proxy", "*")
    assert outcome(middleware, "https://www.example.org/", {}) == first
    assert outcome(middleware, "https://www.example.net/", {}) != first
