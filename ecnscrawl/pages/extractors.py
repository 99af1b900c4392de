"""One way to read a page: an extractor gives raw values for the fields that it finds."""

from ecnscrawl.pages.blocks import Block, EndMark
from ecnscrawl.pages.document import Document

#: The fields that an extractor may give. `blocks` is the body with its pictures and videos.
FIELDS = (
    "title", "summary", "published_at", "updated_at", "source", "editor", "section", "keywords", "authors", "language",
    "blocks",
)  # fmt: skip


class Extractor:
    """One way to read a page: a method for each field, which returns its raw value, or nothing if it finds none."""

    name: str

    def __init__(self, page: Document) -> None:
        self.page = page
        self.end_mark: EndMark | None = None  #: set by `blocks` if the body has one

    def is_authoritative(self, field: str) -> bool:  # noqa: ARG002 - subclasses use it
        """Return whether a field that this extractor does not find is unknown, so that the next ones must not guess."""
        return False

    def name_of(self, field: str) -> str:  # noqa: ARG002 - an extractor with several sources uses it
        """Return the name that the report has for the source of a field that this extractor has given."""
        return self.name

    def title(self) -> str | None:
        """The headline."""

    def summary(self) -> str | None:
        """The abstract."""

    def published_at(self) -> str | list[str] | None:
        """When the article was published, as the page writes it; best first where it does so in several places."""

    def updated_at(self) -> str | list[str] | None:
        """When the article was last changed, in the same way."""

    def source(self) -> str | None:
        """The outlet that is credited."""

    def editor(self) -> str | None:
        """The editor's name."""

    def section(self) -> str | None:
        """The section's name."""

    def keywords(self) -> list[str]:
        """The keywords."""
        return []

    def authors(self) -> list[str]:
        """The authors, where the page names them outside a byline."""
        return []

    def language(self) -> str | None:
        """The language, BCP 47, where the site has more than one."""

    def blocks(self) -> list[Block]:
        """The body."""
        return []
