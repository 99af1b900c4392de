"""Any news page: what is read of it where no layout is known."""

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage


def test_a_name_that_is_none_makes_a_page_without_a_body_and_no_error() -> None:
    markup = (
        '<img src="/a.gif"><div class="mainnavbox posr"><div class="mainnavins">Business'
        '<lim" href="http://news.example.org/video/"><img src="/images/bg/bo.png">'
    )
    assert read([GenericPage(Source("https://news.example.org/a", markup.encode()))]).body.paragraphs == []
