"""The beginning of any page of www.ecns.cn, up to the end of its body, gives what all of the page does."""

import pytest
from hypothesis import given

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from tests.fuzz.effort import examples
from tests.fuzz.mutation import mutated
from tests.fuzz.test_feeds import charsets
from tests.pages.ecns_pages import page
from tests.pages.test_ecns_beginning import BODY, END, PAGER, SAVED, URL, WholePage, everything_read

pytestmark = pytest.mark.fuzz

PAGED = page(body=BODY + PAGER.format("-p2", 2) + END).encode()


@examples(0.05)
@given(mutated([PAGED, *(each.body for each in SAVED)]), charsets)
def test_the_beginning_of_any_page_gives_the_same_record_as_the_whole_page(body: bytes, charset: str | None) -> None:
    source = Source(URL, body, charset, fallback_charset="gb18030")
    try:
        whole = WholePage(source)
    except TooComplex:
        return
    assert EcnsPage(source).other_parts() == whole.other_parts()  # before all of it is parsed
    assert repr(everything_read(EcnsPage(source))) == repr(everything_read(whole))
