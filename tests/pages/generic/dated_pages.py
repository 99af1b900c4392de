"""Pages of a newspaper that nobody knows, with times."""

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.fields import GenericFields

URL = "https://www.harbourpost.example/1"


def times(body: str, head: str = "", url: str = URL, language: str = "en-GB") -> tuple[list[str], str]:
    """The times that a page states, best first, and where the best was found."""
    markup = (
        f"<html lang='{language}'><head><title>A piano</title>{head}</head><body><h1>A piano</h1>{body}</body></html>"
    )
    fields = GenericFields(Document(Source(url, markup.encode())))
    return fields.published_at(), fields.name_of("published_at")
