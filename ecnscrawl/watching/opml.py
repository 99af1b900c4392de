"""Read the subscriptions of a feed reader: OPML 1 and 2, as every reader exports them.

Each subscription is an outline with `xmlUrl`, its feed, and often `htmlUrl`, its site. Outlines around it are folders.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

from lxml import etree

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.xml_text import SAFE, mended, xml_text

MAX_SIZE = 10_000_000  #: bytes: some 40,000 subscriptions
_ENTITY = re.compile(r"&[A-Za-z][A-Za-z0-9]*;")
#: With errors, instead of half a list: a subscription that is left out is missed only much later.
_PARSER = etree.XMLParser(**{**SAFE, "recover": False})


@dataclass(frozen=True)
class Subscription:
    """An outline that is no folder. Texts are on one line; an address is an empty string if there is none."""

    title: str
    site: str  #: `htmlUrl`
    feed: str  #: `xmlUrl`
    folders: tuple[str, ...]  #: from the outer one to the inner one, or the categories that the outline itself names
    is_list: bool  #: it only links to another list, as `type="include"` does


def read_subscriptions(path: Path) -> list[Subscription]:
    """Return the subscriptions of a file, in order. Raises WrongUsage with what is wrong and the way out."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise WrongUsage(f"{str(path)!r} cannot be read ({why}); name a file that a feed reader has exported") from None
    if len(content) > MAX_SIZE:
        raise WrongUsage(f"{path} has more than {MAX_SIZE:,} bytes; export fewer subscriptions at a time")
    root = _root(path, content)
    if _name(root) != "opml":
        raise WrongUsage(f"{path} is no OPML; export the subscriptions of a feed reader as OPML")
    return list(_subscriptions(root))


def _root(path: Path, content: bytes) -> etree._Element:
    text = xml_text(Source("", content))
    if "<!DOCTYPE" in text.upper():  # an export has none, and entities could make its texts endless
        raise WrongUsage(f"{path} declares a document type, which OPML has not; export the subscriptions as OPML")
    try:
        return etree.fromstring(mended(_without_entities(_without_declaration(text))), _PARSER)
    except etree.XMLSyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        why = clean(str(error.msg)).partition(", line")[0]
        raise WrongUsage(f"{path}{line}: this is not XML ({why}); export the subscriptions again") from None


def _without_declaration(text: str) -> str:
    """Return the text without `<?xml …?>`: it may name another charset than UTF-8, in which it is parsed now."""
    if text.startswith("<?xml"):
        declaration, _, text = text.partition("?>")
        text = "\n" * declaration.count("\n") + text
    return text.lstrip(" \t") if text.strip() else text


def _without_entities(text: str) -> str:
    """Return the text with HTML's entities, such as `&nbsp;`, as the characters that they mean."""
    return _ENTITY.sub(lambda match: escape(unescape(match[0])), text)


def _subscriptions(root: etree._Element) -> Iterator[Subscription]:
    for outline in root.iter(etree.Element):
        if _name(outline) != "outline":
            continue
        attributes = {str(name).lower(): clean(str(value)) for name, value in outline.attrib.items()}
        kind, site, feed = (attributes.get(name, "") for name in ("type", "htmlurl", "xmlurl"))
        is_list = kind.lower() in ("include", "link") and not feed
        if not site and not feed and not is_list and len(outline):
            continue  # a folder
        above = [_title(each) for each in outline.iterancestors() if _name(each) == "outline"]
        own = tuple(each.strip(" /") for each in attributes.get("category", "").split(",") if each.strip(" /"))
        yield Subscription(
            title=_title(outline),
            site=site,
            feed=feed or (attributes.get("url", "") if is_list else ""),
            folders=tuple(each for each in reversed(above) if each) or own,
            is_list=is_list and not site,
        )


def _title(outline: etree._Element) -> str:
    attributes = {str(name).lower(): str(value) for name, value in outline.attrib.items()}
    return clean(attributes.get("title") or attributes.get("text") or "")


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
