"""Any news page: what is read of it where no layout is known."""

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage


def test_a_name_that_is_none_makes_a_page_without_a_body_and_no_error() -> None:
    markup = '<h1>A title</h1><img src="/a.gif"><div><div>Business<lim" href="/video/"><img src="/b.png">'
    reading = read([GenericPage(Source("https://news.example.org/a", markup.encode()))])
    assert reading.values["title"] == "A title"
    assert reading.body.paragraphs == []
