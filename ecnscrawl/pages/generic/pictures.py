"""Find the pictures of an article: the lead picture of the metadata, and those between headline and end of the text."""

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.generic.bylines import AUTHOR_PATH
from ecnscrawl.pages.generic.json_ld import LinkedData, as_list
from ecnscrawl.pages.generic.picture_addresses import address_of, is_placeholder, same_picture
from ecnscrawl.pages.generic.picture_captions import IMAGES, caption_of
from ecnscrawl.pages.generic.surroundings import start_of
from ecnscrawl.pages.generic.titles import key_of

_MAX_IMAGES = 300  #: of a page that are looked at
_MIN_SIDE = 100  #: pixels: a smaller picture is an icon or a portrait of the author
_PIXELS = re.compile(r"[0-9]{1,6}")  # `width="²"` and numbers of a thousand digits say nothing
_LEAD_METAS = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_PARAGRAPHS = ("p", "div", "li", "h2", "h3", "h4", "span", "td", "blockquote", "section", "article")
_READ, _HEAD, _MIN_HEAD = 120, 30, 12  #: letters of a paragraph that are read, and that tell it from others
_LEVELS = 40  #: elements around an image that are looked at
_OUTSIDE = frozenset("nav footer form".split())
# Names of the elements of a page that are not the article's.
_NOT_OWN = re.compile(
    r"(?<![a-z])(?:related|recommend\w*|newsletter|share|sharing|social|avatar|author(?!ity)|byline|comments?|sidebar"
    r"|promo\w*|advert\w*|sponsor\w*|outbrain|taboola|most-?read|popular|trending|read-?(?:more|also|next)"
    r"|more-?(?:on|from|stories)|up-?next|breadcrumb\w*|footer|nav|navbar|menu|subscribe|paywall)(?![a-z])"
    r"|(?:\A|\s)ads?(?:\s|\Z)",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"(?<![a-z])(?:icon|logo|avatar|emoji|portrait|sprite|badge|pixel|tracking)(?![a-z])", re.IGNORECASE
)
_PICTURE_PAGE = re.compile(
    r"\.(?:jpe?g|png|webp|gif|avif)(?:\Z|[?#])|/(?:gallery|galerie|galeria|photos?|images?|fotos?|bild(?:er)?|myndir)/",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture; the address is as the page writes it."""

    address: str
    caption: str | None = None
    origin: str = "figure"  #: or `lead`: of the metadata


def find_pictures(
    page: Document, linked: LinkedData, heading: HtmlElement | None, paragraphs: Sequence[str]
) -> list[Picture]:
    """Return the article's pictures: the lead picture of the metadata, then those that the page shows with the text.

    A lead picture that the text shows too counts once, with its caption. If its name is that of a logo or placeholder,
    it is the site's, not the article's.
    """
    shown = shown_pictures(page, heading, paragraphs)
    lead = next((address for address in lead_addresses(page, linked) if not is_placeholder(address)), None)
    if lead is None:
        return shown
    alike = [each for each in shown if same_picture(each.address, lead)]
    address = resolve(page.url, lead)
    same = next((each for each in alike if resolve(page.url, each.address) == address), next(iter(alike), None))
    return [Picture(lead, same.caption if same else None, "lead"), *(each for each in shown if each is not same)]


def lead_addresses(page: Document, linked: LinkedData) -> list[str]:
    """Return the addresses of the lead picture in the metadata, the best first."""
    found: list[object] = [page.metas.get(name) for name in _LEAD_METAS]
    for each in [*as_list(linked.article.get("image")), *as_list(linked.article.get("thumbnailUrl"))][:_LEVELS]:
        node = linked.resolve(each)
        found.append((node.get("url") or node.get("contentUrl")) if isinstance(node, dict) else node)
    return [text for each in found if isinstance(each, str) and (text := html.unescape(each.strip()))]


def shown_pictures(page: Document, heading: HtmlElement | None, paragraphs: Sequence[str]) -> list[Picture]:
    """Return the pictures that the page shows between its headline and the last of these paragraphs, in page order."""
    matched = _elements_of(page.root, paragraphs)
    if not matched:
        return []
    own = {up for each in (matched[0], matched[-1], heading) if each is not None for up in each.iterancestors()}
    found: list[Picture] = []
    for image in _images_until(_container(heading, matched), matched[-1]):
        address = address_of(image)
        if address is None or not _is_own(image, page.url, own):
            continue
        picture = Picture(address, caption_of(image))
        if not any(_is_copy(picture, other) for other in found):
            found.append(picture)
    return found


def _is_copy(picture: Picture, other: Picture) -> bool:
    """Return whether two pictures are the same one.

    Files of different pictures can have the same name, `/a/main.jpg` and `/b/main.jpg`. Then captions tell them apart,
    unless one caption contains the other.
    """
    one, two = picture.caption, other.caption
    is_told_apart = one and two and one not in two and two not in one and picture.address != other.address
    return not is_told_apart and same_picture(picture.address, other.address)


def _elements_of(root: HtmlElement, paragraphs: Sequence[str]) -> list[HtmlElement]:
    """Return the elements that hold these paragraphs, by the first letters of both."""
    heads = {head for text in paragraphs if len(head := _head(text)) >= _MIN_HEAD}
    return [
        element
        for element in root.iter(*_PARAGRAPHS)
        if (element.tag == "p" or (element.text and len(element.text) > _MIN_HEAD and not element.text.isspace()))
        and _head(start_of(element, _READ)) in heads
    ]


def _head(text: str) -> str:
    return key_of(text[:_READ]).replace(" ", "")[:_HEAD]


def _container(heading: HtmlElement | None, matched: Sequence[HtmlElement]) -> HtmlElement:
    """Return the nearest element around headline and text, or the `<article>` or `<main>` around it."""
    first, last = matched[0], matched[-1]
    ancestors = set(first.iterancestors())
    if heading is not None:
        ancestors &= set(heading.iterancestors())
    common = next((each for each in last.iterancestors() if each in ancestors), last)
    marked = (each for each in (common, *common.iterancestors()) if each.tag in ("article", "main"))
    return next(marked, common)


def _images_until(container: HtmlElement, last: HtmlElement) -> list[HtmlElement]:
    """Return the images in an element: up to the last paragraph, and behind it those in captioned figures beside it."""
    images: list[HtmlElement] = []
    for element in container.iter(*IMAGES, last.tag):
        if element is last:
            images += last.iter(*IMAGES)
            break
        if element.tag in IMAGES:
            images.append(element)
    for beside in islice(last.itersiblings(), _LEVELS):
        figures = [beside] if beside.tag == "figure" else []
        images += [image for each in figures for image in islice(each.iter(*IMAGES), _LEVELS) if caption_of(image)]
    return images[:_MAX_IMAGES]


def _is_own(image: HtmlElement, url: str, own: set[HtmlElement]) -> bool:
    """Return whether an image is the article's, and not that of a teaser, an advertisement or the author.

    `own` are the elements around headline and text: their names say nothing about the image.
    """
    sides = ((image.get(name) or "").removesuffix("px") for name in ("width", "height"))
    if any(_PIXELS.fullmatch(side) and int(side) < _MIN_SIDE for side in sides):
        return False
    if _SMALL.search(f"{image.get('class') or ''} {image.get('id') or ''}"):
        return False
    is_captioned = next(image.iterancestors("figure"), None) is not None and caption_of(image) is not None
    for each in islice(image.iterancestors(), _LEVELS):
        if each in own:
            break
        if each.tag in _OUTSIDE or each.tag == "article":
            return False
        if _NOT_OWN.search(f"{each.get('class') or ''} {each.get('id') or ''}"):
            return False
        href = (each.get("href") or "") if each.tag == "a" else ""
        if href and (AUTHOR_PATH.search(href) or (not is_captioned and _leads_away(href, url))):
            return False
    return True


def _leads_away(href: str, url: str) -> bool:
    """Return whether a link around an image leads to another article, and not to the picture itself."""
    target = resolve(url, href)
    if not target or _PICTURE_PAGE.search(href):
        return False
    one, other = urlsplit(target), urlsplit(url)
    return (one.hostname, one.path.rstrip("/")) != (other.hostname, other.path.rstrip("/"))
