"""Extract the fields that a page of an unknown layout shows in its text."""

from collections.abc import Callable, Sequence

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.blocks import Block
from ecnscrawl.pages.document import UNDETERMINED, Document
from ecnscrawl.pages.element_roles import Classifier, keep
from ecnscrawl.pages.extractors import Extractor


class GenericText(Extractor):
    """The last extractor: finds the body by its shape."""

    name = "generic"

    def __init__(
        self,
        page: Document,
        classify: Classifier = keep,
        *,
        language: str = UNDETERMINED,
        authors: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        """`classify` knows what a figure of the site may hold beside its picture and caption.

        `language` (BCP 47) is that of the page, and `authors` returns those that it states.
        """
        super().__init__(page)
        self._classify = classify
        self._language = language
        self._authors = authors
        self._origin = self.name

    def title(self) -> str | None:
        """Return the text of the `<h1>` if there is only one, else that of `<title>`."""
        headings = [text for element in self.page.root.iter("h1") if (text := clean(element.text_content()))]
        return headings[0] if len(headings) == 1 else self.page.title

    def blocks(self) -> list[Block]:
        # Every site's pages bring this class along, and few need it: it loads 100 ms of patterns in many languages.
        from ecnscrawl.pages.generic.body import generic_body  # noqa: PLC0415

        body = generic_body(self.page, self._classify, self._language, self._authors)
        self._origin = body.origin
        return body.blocks

    def name_of(self, field: str) -> str:
        """The body is chosen among its page's blocks; the name is that of the extractor which read nearly the same."""
        return self._origin if field == "blocks" else self.name
