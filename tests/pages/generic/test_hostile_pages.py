"""Pages that were made to keep a reader busy. What the fields and pictures of a page take is bounded."""

from time import process_time

import pytest

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.fields import GenericFields
from ecnscrawl.pages.generic.pictures import find_pictures

URL = "https://www.harbourpost.example/1"
PARAGRAPH = "Ferry number one left the harbour at dawn, with forty passengers and a piano on its deck."
SECONDS = 5  #: of processor time; all of these pages take less than one on an idle machine

PAGES = {
    "nested elements without text": f"<p><span>{'<p><span>' * 20_000}<p>{PARAGRAPH}",
    "nested boxes": f"{'<div>' * 20_000}<p>{PARAGRAPH}</p>",
    "nested boxes with text": f"{'<div>a text of some letters' * 20_000}<p>{PARAGRAPH}</p>",
    "nested headings": "<h1>A piano<b>" * 20_000,
    "nested figures": f"{'<figure><img src=/a.jpg><figcaption class=caption>A pier.' * 10_000}<p>{PARAGRAPH}</p>",
    "many pictures": "".join(f"<img src=/{n}.jpg>" for n in range(30_000)) + f"<p>{PARAGRAPH}</p>",
    "a long srcset": f"<img src='data:,' srcset='{'/a.jpg 1w, ' * 100_000}'><p>{PARAGRAPH}</p>",
    "nested bylines": "<div class=byline rel=author>By Ana Ruiz, " * 20_000,
    "many bylines": "<p class=byline>By Ana Ruiz and Jonas Weber</p>" * 20_000,
    "a long byline": f"<p class=byline>By {'Ana Ruiz, ' * 100_000}</p>",
    "many dates": "<time datetime=2026-08-03>3 August 2026</time> " * 20_000,
    "digits": f"<p>{'2026-08-03 12:' * 100_000}</p>",
    "spaces": f"<p>3{' ' * 1_000_000}August</p><script>{'&quot;author&quot;' + ' ' * 1_000_000}</script>",
    "spaces in scripts": f"<script>{(chr(34) + 'author' + chr(34) + ' ' * 5_000) * 200}</script>",
    "authors in scripts": f"<script>{(chr(34) + 'author' + chr(34) + ':{') * 50_000}</script>",
    "separators": f"<title>{' - | ' * 100_000}</title><h1>{'a - ' * 100_000}</h1>",
    "entities": f"<title>{'&amp;amp;' * 100_000}</title>",
    "deep JSON-LD": f"<script type='application/ld+json'>{'[' * 100_000}</script>",
    "wide JSON-LD": "<script type='application/ld+json'>["
    + '{"@type": "Article", "headline": "A"},' * 20_000
    + "1]</script>",
    "lists in JSON-LD": f"<script type='application/ld+json'>[{','.join(['[' + '1,' * 1999 + '1]'] * 300)}]</script>",
    "circular JSON-LD": '<script type="application/ld+json">[{"@id": "#a", "@type": "Article", "author": {"@id": "#b"}}, '
    '{"@id": "#b", "x": {"@id": "#a"}, "name": {"@id": "#b"}}]</script>',
    "odd JSON-LD": '<script type="application/ld+json">{"@type": ["Article", 7, null], "headline": {"name": [[]]}, '
    '"author": [[["x"]]], "image": {"url": [1]}, "datePublished": {"x": 1}, "keywords": 5, "publisher": [null]}</script>',
    "odd sizes of pictures": f"<img src=/harbour.jpg width='²'><img src=/quay.jpg width={'9' * 5000}><p>{PARAGRAPH}</p>",
    "an odd address": "<link rel=canonical href='http://['><img src='http://['><meta property=og:image content='http://['>",
}


@pytest.mark.parametrize("name", PAGES)
def test_the_time_for_the_fields_of_a_page_is_bounded(name: str) -> None:
    page = Document(Source(URL, f"<html><body>{PAGES[name]}</body></html>".encode()))
    begun = process_time()
    fields = GenericFields(page)
    for read in (fields.title, fields.published_at, fields.updated_at, fields.authors, fields.source, fields.keywords):
        read()
    find_pictures(page, fields.linked, fields.heading, [PARAGRAPH])
    assert process_time() - begun < SECONDS
