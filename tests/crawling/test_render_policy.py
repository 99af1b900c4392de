"""Which pages are rendered."""

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, XmlResponse

from ecnscrawl.crawling.render_policy import needs_rendering
from ecnscrawl.frontier.scope import RenderMode
from ecnscrawl.network.request_info import RequestKind, info_of, update_info
from ecnscrawl.rendering.request import (
    is_for_browser,
    is_rendered,
    rendered_from,
    request_rendering,
    rerender_request,
)

URL = "https://www.ecns.cn/world/"


def page(kind: type[Response] = HtmlResponse, *, rendered: bool = False) -> Response:
    request = Request(URL)
    return kind(URL, body=b"<script></script>", request=request_rendering(request, None) if rendered else request)


@pytest.mark.parametrize(
    ("mode", "response", "has_scripts", "expected"),
    [
        (RenderMode.AUTO, page(), True, True),
        (RenderMode.AUTO, page(), False, False),
        (RenderMode.AUTO, page(rendered=True), True, False),
        (RenderMode.AUTO, page(XmlResponse), True, False),
        (RenderMode.OFF, page(), True, False),
        (RenderMode.ALWAYS, page(), True, False),
    ],
)
def test_an_empty_page_with_scripts_is_rendered_once(
    mode: RenderMode, response: Response, has_scripts: bool, expected: bool
) -> None:
    assert needs_rendering(mode, response, has_scripts=has_scripts) is expected


def test_the_request_to_render_a_page_holds_the_page_and_comes_before_others_of_its_kind() -> None:
    plain = update_info(Request(URL, priority=30), kind=RequestKind.LISTING, listing="world", queued_at=4.0)
    plain.meta["retry_times"] = 1
    response = HtmlResponse(URL + "index.shtml", body=b"<script></script>", request=plain)
    again = rerender_request(response, "//a")
    assert (again.url, again.priority, is_for_browser(again)) == (URL + "index.shtml", 31, True)
    assert "retry_times" not in again.meta
    assert (info_of(again).listing, info_of(again).queued_at) == ("world", None)
    held = rendered_from(HtmlResponse(URL, request=again))
    assert held is not None
    assert held.body == b"<script></script>"
    assert not is_for_browser(plain)
    assert not is_rendered(response)
