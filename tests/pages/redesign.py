"""Redesigns of a page: the same words under other names, in other wrappers."""

import re
from collections.abc import Callable
from random import Random

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.pages.charsets import decode

_TAG = re.compile(r"(</?)([a-z][a-z0-9]*)")
_SCRIPT = re.compile(r"(<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)
_WRAPPED = ("p", "h1", "h3", "ul", "div", "span")

Change = Callable[[HtmlElement, Random], None]


def redesigned(body: bytes, seed: int, *changes: Change, capitals: bool = False) -> bytes:
    """Return a page of www.ecns.cn with these changes, in UTF-8."""
    random = Random(seed)
    parser = etree.HTMLParser(encoding="utf-8")
    text = re.sub(r"<meta charset=[^>]*>", '<meta charset="utf-8">', decode(body, fallback="gb18030"))
    root = etree.fromstring(text.encode(), parser)
    for change in changes:
        change(root, random)
    markup = etree.tostring(root.getroottree(), encoding="unicode", method="html")
    if capitals:
        pieces = _SCRIPT.split(markup)
        pieces[::2] = [_TAG.sub(lambda tag: tag[1] + tag[2].upper(), piece) for piece in pieces[::2]]
        markup = "".join(pieces)
    return markup.encode()


def rename(root: HtmlElement, random: Random) -> None:
    """Rename every class and id."""
    salt = random.randrange(1000)
    for element in _elements(root):
        for name in ("class", "id"):
            if element.get(name):
                words = str(element.get(name)).split()
                element.set(name, " ".join(f"c{salt}{abs(hash(word)) % 9973}" for word in words))


def wrap(root: HtmlElement, random: Random) -> None:
    """Wrap a third of the elements."""
    for element in [each for each in _elements(root) if each.tag in _WRAPPED and each.getparent() is not None]:
        if random.random() < 0.33:
            wrapper = etree.Element("span" if element.tag == "span" else "div")
            parent = element.getparent()
            assert parent is not None
            parent.replace(element, wrapper)
            wrapper.tail, element.tail = element.tail, None
            wrapper.append(element)


def reorder(root: HtmlElement, random: Random) -> None:
    """Reorder attributes."""
    for element in _elements(root):
        pairs = list(element.attrib.items())
        random.shuffle(pairs)
        element.attrib.clear()
        for name, value in pairs:
            element.set(name, value)


def strew(root: HtmlElement, random: Random) -> None:
    """Insert comments and scripts."""
    for element in [each for each in _elements(root) if each.getparent() is not None and each.tag != "body"]:
        if random.random() < 0.15 and element.getparent().tag not in ("html", "head", "title", "script"):
            stray = etree.Comment(" slot 7 ") if random.random() < 0.5 else etree.Element("script")
            if stray.tag == "script":
                stray.text = "window.dataLayer = window.dataLayer || [];"
            element.addprevious(stray)


def move_share_box(root: HtmlElement, random: Random) -> None:
    """Move the share box after the info line, or before the headline."""
    boxes = root.xpath("//*[contains(@class, 'bshare-custom')]")
    heads = root.xpath("//h1")
    if boxes and heads:
        box, line = boxes[0], boxes[0].getparent()
        tail, box.tail = box.tail, None
        line.remove(box)
        line.text = (line.text or "") + (tail or "")
        if random.random() < 0.5:
            heads[0].addprevious(box)
        else:
            line.append(box)


def _elements(root: HtmlElement) -> list[HtmlElement]:
    return [element for element in root.iter() if isinstance(element.tag, str)]
