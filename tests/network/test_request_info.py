"""RequestInfo can be copied, pickled and encoded."""

import pickle

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse
from scrapy.utils.request import request_from_dict

from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.network.request_info import (
    KEY,
    DocumentEnd,
    DownloadedPage,
    RenderOptions,
    RequestInfo,
    RequestKind,
    first_url,
    info_of,
    meta_to_repeat,
    update_info,
)
from ecnscrawl.spiders.ecns import EcnsSpider

URL = "https://www.ecns.cn/world/"
PAGE = DownloadedPage(URL, b"<html>\xe9</html>", "latin-1")

numbers = st.integers(0, 2**53)
seconds = st.floats(0, 1e9)
documents = st.builds(DownloadedPage, url=st.text(), body=st.binary(), charset=st.none() | st.text())
infos = st.builds(
    RequestInfo,
    kind=st.sampled_from(RequestKind),
    listing=st.none() | st.text(),
    article=st.none() | st.text(),
    number=numbers,
    is_left_over=st.booleans(),
    rendering=st.none() | st.builds(RenderOptions, wait_for=st.none() | st.text(), document=st.none() | documents),
    document_end=st.none() | st.builds(DocumentEnd, is_closed=st.booleans(), tail=st.binary()),
    rendered_page=st.none() | numbers,
    not_before=st.none() | seconds,
    backoff=seconds,
    is_scheduled=st.booleans(),
    queued_at=st.none() | seconds,
)


@given(infos)
def test_it_is_the_same_after_json_and_after_pickle(info: RequestInfo) -> None:
    assert msgspec.json.decode(msgspec.json.encode(info), type=RequestInfo) == info
    assert pickle.loads(pickle.dumps(info)) == info


def test_a_whole_request_of_a_spider_is_serialised_by_scrapy_and_comes_back() -> None:
    spider = EcnsSpider(arguments=Arguments())
    info = RequestInfo(kind=RequestKind.LISTING, listing="world", rendering=RenderOptions("//a", PAGE))
    request = Request(URL, callback=spider.parse_listing, errback=spider.errback_listing, meta={KEY: info})
    data = pickle.loads(pickle.dumps(request.to_dict(spider=spider)))
    again = request_from_dict(data, spider=spider)
    assert (info_of(again), again.callback, again.errback) == (info, spider.parse_listing, spider.errback_listing)


def test_a_change_of_a_copy_does_not_reach_the_original() -> None:
    request = update_info(Request(URL), listing="world")
    retry = request.copy()
    update_info(retry, not_before=12.5, backoff=2.0)
    assert (info_of(request).not_before, info_of(retry).not_before) == (None, 12.5)
    assert info_of(retry).listing == "world"


def test_a_request_of_scrapys_own_is_of_kind_other() -> None:
    assert info_of(Request(URL)) == RequestInfo()
    assert info_of(Request(URL)).kind == "other"


def test_a_request_that_repeats_another_keeps_what_was_requested_and_not_what_happened() -> None:
    request = Request(URL, meta={"redirect_urls": ["https://www.ecns.cn/old/"], "retry_times": 2, "download_slot": "x"})
    update_info(request, kind=RequestKind.ARTICLE, article="ecns:1", not_before=3.0, is_scheduled=True, queued_at=1.0)
    meta = meta_to_repeat(request, rendering=RenderOptions("//h1"))
    assert meta == {
        "redirect_urls": ["https://www.ecns.cn/old/"],
        KEY: RequestInfo(kind=RequestKind.ARTICLE, article="ecns:1", rendering=RenderOptions("//h1")),
    }


def test_the_first_address_is_that_before_all_redirects() -> None:
    assert first_url(Request(URL)) == URL
    assert first_url(Request(URL, meta={"redirect_urls": ["https://www.ecns.cn/a", "https://www.ecns.cn/b"]})) == (
        "https://www.ecns.cn/a"
    )


@pytest.mark.parametrize("charset", [None, "gb18030", "latin-1"])
def test_a_page_that_waits_to_be_rendered_is_the_response_that_it_was(charset: str | None) -> None:
    header = f"text/html; charset={charset}" if charset else "text/html"
    response = HtmlResponse(URL, headers={"Content-Type": header}, body=b"<p>\xe9")
    again = DownloadedPage.of(response).response(Request(URL))
    assert (again.url, again.body, again.status, again.encoding) == (URL, b"<p>\xe9", 200, response.encoding)
