"""Decide by its page and its record whether a followed link has led to an article, where no layout is known."""

import re

from ecnscrawl.items import Article
from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document, selector

MIN_LETTERS = 200  #: of the text of a page that does not say that it is an article: two or three sentences
_MIN_PARAGRAPHS = 3  #: of a text that may be a list of links
_LINKED = selector("//a[@href]")
# Of a script without spaces a letter says as much as three of others.
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def why_no_article(page: Document, article: Article) -> str | None:
    """Return why a page is no article; None if it may be one. `article` is the record that was read of it."""
    paragraphs = (article.body or "").split("\n\n") if article.body else []
    letters = len(article.body or "") + 2 * len(_IDEOGRAPHS.findall(article.body or ""))
    if not article.title:
        return "no headline"
    if not (article.body or article.images or article.videos):
        return "neither text nor pictures"
    if len(paragraphs) >= _MIN_PARAGRAPHS and _links_among(paragraphs, page) * 2 >= len(paragraphs):
        return "its text is a list of links"
    if page.json_ld:
        return None
    if not article.published_at:  # a plugin for search engines calls the imprint an article too
        return "no time of publication"
    is_enough = letters >= MIN_LETTERS or article.videos or is_declared(page)
    return None if is_enough else "its text is too short"


def is_declared(page: Document) -> bool:
    """Whether the page's metadata say that it is an article."""
    return bool(page.json_ld) or page.metas.get("og:type", "").strip().lower() == "article"


def _links_among(paragraphs: list[str], page: Document) -> int:
    """Return how many paragraphs are the text of a link alone."""
    linked = {clean(link.text_content()) for link in page.all(_LINKED)}
    return sum(paragraph in linked for paragraph in paragraphs)
