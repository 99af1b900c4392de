"""ecnscrawl: a news crawler whose JSON Lines can be trusted without looking.

From Python: `extract` reads an article from a page, `extract_warc` those of an archive, `articles` reads the stored
ones. `to_dict` and `to_json` turn an article into plain data. All are imported on first use, as the libraries that read
pages take a while to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecnscrawl.exporters.stored import articles
    from ecnscrawl.extraction import extract
    from ecnscrawl.items import Article, ExtractedArticle, Image, Video, to_dict, to_json
    from ecnscrawl.reextraction.api import extract_warc

    __version__: str

__all__ = [
    "Article", "ExtractedArticle", "Image", "Video", "__version__", "articles", "extract", "extract_warc", "to_dict",
    "to_json",
]  # fmt: skip

_MODULES = {
    "Article": "items",
    "ExtractedArticle": "items",
    "Image": "items",
    "Video": "items",
    "articles": "exporters.stored",
    "extract": "extraction",
    "extract_warc": "reextraction.api",
    "to_dict": "items",
    "to_json": "items",
}


if not TYPE_CHECKING:  # a type checker would take any name for one of this package

    def __getattr__(name: str) -> object:
        if name == "__version__":
            return import_module("importlib.metadata").version(__name__)
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
