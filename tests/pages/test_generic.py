"""News pages whose layout is not known."""

from time import process_time

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage


def test_an_invalid_attribute_name_makes_a_page_without_a_body() -> None:
    markup = (
        '<img src="/a.gif"><div class="mainnavbox posr"><div class="mainnavins">Business'
        '<lim" href="http://news.example.org/video/"><img src="/images/bg/bo.png">'
    )
    assert read([GenericPage(Source("https://news.example.org/a", markup.encode()))]).body.paragraphs == []


TEXT = "".join(
    f"<p>The ferry number {number} left the harbour at dawn, with forty passengers and a piano on its deck.</p>"
    for number in range(8)
)


def page(stats: str) -> GenericPage:
    markup = f"<html><head><title>Ferries</title></head><body><article><h1>Ferries</h1>{TEXT}{stats}</article></body>"
    return GenericPage(Source("https://news.example.org/a", markup.encode()))


def test_a_caption_goes_with_the_innermost_figure_that_has_a_picture_too() -> None:
    one = '<figure><img src="/one.jpg"><figcaption>The piano.</figcaption></figure>'
    two = '<figure><img src="/two.jpg"><figcaption>The harbour.</figcaption></figure>'
    found = read([page(f"<figure>{one}{two}</figure>")]).body
    assert found.pictures == [("/one.jpg", "The piano."), ("/two.jpg", "The harbour.")]
    assert not {"The piano.", "The harbour."} & set(found.paragraphs)


def test_figures_nested_a_thousand_deep_are_read_fast() -> None:
    begun = process_time()
    read([page('<figure><img src="/one.jpg"><figcaption>The piano.' * 2000)])
    assert process_time() - begun < 5
