"""Find the pictures of an article: the lead picture of the metadata, and those between headline and end of the text."""

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.generic.byline_words import STARTS
from ecnscrawl.pages.generic.bylines import AUTHOR_PATH
from ecnscrawl.pages.generic.date_forms import find_dates
from ecnscrawl.pages.generic.furniture import LEVELS, leads_away
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
_OUTSIDE = frozenset("nav footer form article".split())
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
_MAX_BYLINE = 60  #: letters of a caption that is only a byline
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
    shown: str | None = None  #: the address with which the text shows a lead picture


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
    first = Picture(lead, same.caption, "lead", same.address) if same else Picture(lead, None, "lead")
    return [first, *(each for each in shown if each is not same)]


def lead_addresses(page: Document, linked: LinkedData) -> list[str]:
    """Return the addresses of the lead picture in the metadata, the best first."""
    found: list[object] = [page.metas.get(name) for name in _LEAD_METAS]
    for each in [*as_list(linked.article.get("image")), *as_list(linked.article.get("thumbnailUrl"))][:LEVELS]:
        node = linked.resolve(each)
        found.append((node.get("url") or node.get("contentUrl")) if isinstance(node, dict) else node)
    return [text for each in found if isinstance(each, str) and (text := html.unescape(each.strip()))]


def shown_pictures(page: Document, heading: HtmlElement | None, paragraphs: Sequence[str]) -> list[Picture]:
    """Return the pictures that the page shows between its headline and the last of these paragraphs, in page order."""
    elements, own = own_elements(page, heading, paragraphs, IMAGES)
    own_images = (image for image in elements if is_own(image, page.url, own))
    return once(Picture(address, caption_of(each)) for each in own_images if (address := address_of(each)))


def once(pictures: Iterable[Picture]) -> list[Picture]:
    """Return the pictures without copies in other sizes."""
    kept: list[Picture] = []
    for picture in pictures:
        if not any(_is_copy(picture, other) for other in kept):
            kept.append(picture)
    return kept


def own_elements(
    page: Document, heading: HtmlElement | None, paragraphs: Sequence[str], tags: Sequence[str]
) -> tuple[list[HtmlElement], set[HtmlElement]]:
    """Return the elements of these tags from the headline to the last paragraph, and the elements around these two.

    Of a gallery without text, they are all in the `<article>` or `<main>` around its headline.
    """
    matched = _elements_of(page.root, paragraphs)
    ends = [*matched[:1], *matched[-1:], *([] if heading is None else [heading])]
    own = {up for each in ends for up in each.iterancestors()}
    if matched:
        return _elements_until(_container(heading, matched), matched[-1], tags), own
    gallery = None if paragraphs or heading is None else next(heading.iterancestors("article", "main"), None)
    return [] if gallery is None else list(islice(gallery.iter(*tags), _MAX_IMAGES)), own


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


def _elements_until(container: HtmlElement, last: HtmlElement, tags: Sequence[str]) -> list[HtmlElement]:
    """Return the images or videos in an element: up to the last paragraph, and those in captioned figures behind it.

    Of a gallery behind it, a `<figure>` around several, all are, if one has a caption.
    """
    found: list[HtmlElement] = []
    for element in container.iter(*tags, last.tag):
        if element is last:
            found += last.iter(*tags)
            break
        if element.tag in tags:
            found.append(element)
    for beside in islice(last.itersiblings(), LEVELS):
        figures = [beside] if beside.tag == "figure" else []
        for figure in figures:
            inside = list(islice(figure.iter(*tags), LEVELS))
            found += inside if any(map(caption_of, inside)) else []
    return found[:_MAX_IMAGES]


def is_own(image: HtmlElement, url: str, own: set[HtmlElement]) -> bool:
    """Return whether an image or video is the article's, and not that of a teaser, an advertisement or the author.

    `own` are the elements around headline and text: their names say nothing about the image.
    """
    caption = caption_of(image) if next(image.iterancestors("figure"), None) is not None else None
    if _is_small(image) or (caption and _is_byline(caption)):
        return False
    for each in islice(image.iterancestors(), LEVELS):
        if each in own:
            break
        if each.tag in _OUTSIDE or _NOT_OWN.search(f"{each.get('class') or ''} {each.get('id') or ''}"):
            return False
        href = (each.get("href") or "") if each.tag == "a" else ""
        is_teaser = caption is None and not _PICTURE_PAGE.search(href) and leads_away(href, url)
        if AUTHOR_PATH.search(href) or is_teaser:
            return False
    return True


def _is_small(image: HtmlElement) -> bool:
    sides = ((image.get(name) or "").removesuffix("px") for name in ("width", "height"))
    if any(_PIXELS.fullmatch(side) and int(side) < _MIN_SIDE for side in sides):
        return True
    return _SMALL.search(f"{image.get('class') or ''} {image.get('id') or ''}") is not None


def _is_byline(caption: str) -> bool:
    """Return whether a caption has only a name and a day, so that the picture is the author's: By Ana Ruiz."""
    if len(caption) > _MAX_BYLINE:
        return False
    days = find_dates(caption)
    return STARTS.match(caption) is not None or (bool(days) and days[0].start == 0)
