"""The addresses of a picture: which of several an element gives, and which are of the same picture in other sizes."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

#: Attributes of lazily loaded pictures, which have a placeholder in `src`.
LAZY = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-actualsrc", "data-url", "data-img-src",
    "data-image", "data-hi-res-src", "data-full-src", "data-large-file", "data-orig-file", "data-src-large",
)  # fmt: skip
_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_CANDIDATE = re.compile(r"\s*([^\s,]\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)([wx]))?\s*(?:,|$)")
_MAX_SET = 20_000  #: characters of a `srcset`
# File names of what is no picture of an article.
_PLACEHOLDER = re.compile(
    r"(?:^|[/_.-])(?:placeholder|spacer|blank|pixel|transparent|loading|lazy(?:load)?|1x1|dummy|sprite|default[-_]?(?:image|share|social|og)?"
    r"|no[-_]?image|missing|avatar|gravatar|logo\d?|logotype|icon|app-?icon|newsletter|favicon|apple-touch-icon|share[-_]?image|social[-_]?(?:share|card|default)"
    r"|og[-_]?(?:default|image|logo)|fallback|site[-_]?image)(?:[/_.-]|\d*$)",
    re.IGNORECASE,
)
_TINY = re.compile(r"(?:[?&;,/_]|^)(?:w|width|h|height|resize|size)[=_:/-][1-9]\d?(?!\d)")  # h=0 leaves it to the width
# What programs write into an address for another size or crop of a picture.
_SIZE = re.compile(
    # Widths that sites use, so no years and no counters: harbour-400 | harbour_1920
    r"(?<=[a-z\d])[-_](?:[1-9]\d0|1[0-8]\d0|19[02]0|2[1-9]\d0|2000|768|1024|1366|1536|2048)\Z"
    r"|[-_@]?(?:\d{2,4}x\d{2,4}|\d{3,4}@\d{2,3}|(?<!\d)(?:16x9|9x16|4x3|3x4|3x2|2x3|1x1|2x1|4x5|5x4)|[wh][_=-]?\d{2,4}|\d{2,4}[wp]|scaled|thumb(?:nail)?s?|small|medium|large|xl|wide|landscape|square|portrait|original|master|crop(?:ped)?|free|image[-_]group)(?![a-z0-9])",
    re.IGNORECASE,
)
# Of one letter, which says so little that the rest of the path must be the same: /p/pier_l.jpg | /p/pier.jpg
_LETTER_SIZE = re.compile(r"[-_](?:xs|s|m|l|xl)(?=\.(?:jpe?g|png|webp|gif|avif)\Z)", re.IGNORECASE)
_MIN_NUMBER = 6  #: digits of a number that identifies a picture
_MIN_KEY = 4  #: letters and digits of a file's name that tell it from others
_NO_KEYS = frozenset(
    "image images photo photos picture header teaser width height crop resize alternates plain fill".split()
)
_ID = re.compile(r"[a-z0-9]{8,}")
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_SIDES = re.compile(r"\d{2,5}x\d{2,5}")
_TIME = re.compile(r"(?:19|20)\d{6}(?:\d{6})?|1[4-9]\d{8}(?:\d{3})?")  # a day, seconds or milliseconds since 1970


def address_of(image: HtmlElement) -> str | None:
    """Return the address of a picture as written: the one that a browser would show in the end."""
    for name in (*LAZY, "src"):
        address = (image.get(name) or "").strip()
        if address and not is_placeholder(address):
            return address
    offered = list(offers(image))
    return max(offered, key=lambda offer: offer[1])[0] if offered else None


def offers(image: HtmlElement) -> Iterator[tuple[str, float]]:
    """Yield the addresses in the `srcset` of a picture and of the sources around it, with their width or density."""
    around = [image, *(each for each in image.iterancestors("source", "picture"))]
    picture = next((each for each in around if each.tag == "picture"), None)
    if picture is not None:
        around += list(picture.iter("source"))
    for element in around[:20]:
        for name in _SETS:
            for match in _CANDIDATE.finditer((element.get(name) or "")[:_MAX_SET]):
                if not is_placeholder(match[1]):
                    yield match[1], float(match[2] or 1) * (1000 if match[3] == "x" else 1)


def is_placeholder(address: str) -> bool:
    """Return whether an address is of what stands for a picture, or of a site's logo, by its name.

    >>> is_placeholder("/img/placeholder.png"), is_placeholder("/2026/08/harbour.jpg")
    (True, False)
    """
    if address.startswith(("data:", "blob:", "about:", "#", "javascript:")) or "{" in address:
        return True
    path = address.partition("?")[0]
    name = path.rstrip("/").rpartition("/")[2]
    return bool(_PLACEHOLDER.search(name)) or name.lower().endswith((".svg",)) or bool(_TINY.search(address[-200:]))


def picture_key(address: str) -> str:
    """Return what all sizes of a picture have in common: the name of its file without size, extension and query.

    >>> picture_key("https://www.example.org/2026/harbour-1200x630.jpg?quality=80")
    'harbour'
    """
    return _SIZE.sub("", _name_of(address)).strip("-_. ") or _path(address).lower()


def _name_of(address: str) -> str:
    """Return the last part of a path that says more than a size, in lower case, without its extension."""
    parts = [part for part in _path(address).lower().split("/") if part]
    for part in reversed(parts[-10:]):
        name = re.split(r"[~,]", re.sub(r"(?:\.(?:jpe?g|png|webp|gif|avif)|\.[a-z]{3,4})+\Z", "", part))[0]
        stem = _SIZE.sub("", name).strip("-_. ")
        if sum(letter.isalnum() for letter in stem) >= _MIN_KEY and stem not in _NO_KEYS:
            return name
    return ""


def _path(address: str) -> str:
    """Return the path of an address; of one that a service for pictures has in its own, the path of that one."""
    plain = unquote(unquote(address[:2000]))
    inner = plain[max(plain.rfind("http://"), plain.rfind("https://"), 0) :]
    try:
        return urlsplit(inner.partition("&")[0]).path
    except ValueError:
        return inner


def ids_in(address: str) -> set[str]:
    """Return the parts of a file's name that can identify a picture: UUIDs, long numbers; no times, no sizes."""
    name = _name_of(address)
    whole = set(_UUID.findall(name))
    found = _ID.findall(_UUID.sub(" ", name))
    says_nothing = (_TIME.fullmatch, _SIDES.fullmatch)
    marked = (each for each in found if any(letter.isdigit() for letter in each))
    return whole | {each for each in marked if not any(is_match(each) for is_match in says_nothing)}


def same_picture(one: str, other: str) -> bool:
    """Return whether two addresses are of the same picture, in whatever size.

    >>> same_picture("https://cdn.example.org/a/harbour-1200x630.jpg", "/a/harbour-300x200.jpg?w=300")
    True
    >>> same_picture("/image/17835497/harbour.jpg", "/image/17835499/harbour.jpg")
    False
    """
    key, numbers, ids = _identity(one)
    other_key, other_numbers, other_ids = _identity(other)
    if key == other_key:
        return not numbers or not other_numbers or bool(numbers & other_numbers)
    if _LETTER_SIZE.sub("", _path(one)) == _LETTER_SIZE.sub("", _path(other)):
        return True
    return bool(ids and other_ids) and (ids <= other_ids or other_ids <= ids)


@lru_cache(maxsize=1024)  # each picture of a page is compared with all others
def _identity(address: str) -> tuple[str, frozenset[str], frozenset[str]]:
    return picture_key(address), frozenset(_numbers_in(address)), frozenset(ids_in(address))


def _numbers_in(address: str) -> set[str]:
    """Return the long numbers in the folders of a path, which tell pictures of one name apart, but no times."""
    folders = _path(address).split("/")[:-1]
    return {part for part in folders if part.isdigit() and len(part) >= _MIN_NUMBER and not _TIME.fullmatch(part)}
