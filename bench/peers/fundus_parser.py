"""fundus: its parser with one layout, over pages that its own session downloads, in eight threads, by address."""
# mypy: disable-error-code="import-not-found, misc, untyped-decorator"

import datetime
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
from fundus.parser.utility import extract_article_body_with_selector, generic_date_parsing
from fundus.scraping.session import session_handler
from lxml.cssselect import CSSSelector
from lxml.etree import XPath

THREADS = 8


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


def main(urls: list[str]) -> int:
    """Read all articles; return their number."""
    parser = SiteParser()
    session = session_handler.get_session()

    def read(url: str) -> bool:
        response = session.get(url, verify=os.environ["SSL_CERT_FILE"])
        return bool(parser(datetime.date.today()).parse(response.text).get("body"))  # noqa: DTZ011 - as fundus does

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(read, urls))


if __name__ == "__main__":
    print(main(Path(sys.argv[1]).read_text(encoding="utf-8").split()))
