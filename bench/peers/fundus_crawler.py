"""fundus: its crawler over a publisher of the test site, which has a sitemap and a parser with one layout.

The sitemap names all pages of the site; a filter skips those that are not listed. By default the crawler has a thread
for each publisher, and so one here; with `unthreaded` as second argument it has none. The delay between two articles,
by default a second, is off.
"""
# mypy: disable-error-code="import-not-found, metaclass, misc, untyped-decorator"

import datetime
import os
import sys
from pathlib import Path
from typing import Any

from fundus import Crawler, Sitemap
from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
from fundus.parser.utility import extract_article_body_with_selector, generic_date_parsing
from fundus.publishers.base_objects import Publisher, PublisherGroup
from fundus.scraping.session import session_handler
from lxml.cssselect import CSSSelector
from lxml.etree import XPath


class SiteParser(ParserProxy):
    """The parser of the test site."""

    class V1(BaseParser):
        """Its layout."""

        _paragraphs = XPath("//div[@id='yanse']/p[text()]")
        _title = CSSSelector("#contitle")
        _date = XPath("(//div[contains(@class, 'downinfo')]/span)[1]")

        @attribute
        def title(self) -> str | None:
            nodes: Any = self._title(self.precomputed.doc)
            return nodes[0].text_content() if nodes else None

        @attribute
        def body(self) -> ArticleBody | None:
            return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=self._paragraphs)

        @attribute
        def publishing_date(self) -> datetime.datetime | None:
            nodes: Any = self._date(self.precomputed.doc)
            return generic_date_parsing(nodes[0].text_content()) if nodes else None


class TestSites(metaclass=PublisherGroup):
    """The publishers: one."""

    default_language = "en"
    Ecns = Publisher(
        name="ecns",
        domain="https://www.ecns.cn/",
        parser=SiteParser,
        sources=[Sitemap("https://www.ecns.cn/sitemap.xml")],
    )


def main(urls: list[str], *, threading: bool) -> int:
    """Crawl the articles; return the number of those with headline, body and date, which is fundus's default filter."""
    listed = frozenset(urls)
    crawler = Crawler(TestSites, delay=0.0, threading=threading)
    with session_handler.context(verify=os.environ["SSL_CERT_FILE"]):
        return sum(1 for _ in crawler.crawl(url_filter=lambda url: url not in listed))


if __name__ == "__main__":
    listed_urls = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    print(main(listed_urls, threading=sys.argv[2:] != ["unthreaded"]))
