"""Fingerprint a page that its scripts fill in, ignoring the numbers and tokens that change with each response.

Such a page has a new nonce, CSRF token or time in each response, so its bytes always differ. The result of rendering it
depends on its text, links and scripts.
"""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document

# `r4Nd0mW0rdsAsBase64==`: sixteen characters or more, with lower case, upper case and digits.
_TOKEN = re.compile(r"(?=[+/_-]*\w)(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])(?=[\w+/-]*[0-9])[\w+/-]{16,}={0,2}", re.ASCII)
_NUMBERED = re.compile(r"[\w-]*\d[\w-]*", re.ASCII)  # `12`, `x7f3q9`, `a1b2-c3d4`
_TIME = re.compile(r"\d{10,}")  # seconds or milliseconds since 1970, which are added to avoid a cache


def fingerprint(page: Document) -> bytes:
    """Return sixteen bytes that change only with the page's text, links, data attributes or scripts.

    Tokens and words with digits are ignored, except in the paths of links and scripts: a new build of a script has a
    new name.
    """
    digest = hashlib.blake2b(digest_size=16)
    for part in _parts(page):
        digest.update(part.encode("utf-8", "replace") + b"\0")
    return digest.digest()


def _parts(page: Document) -> Iterator[str]:
    for element in page.root.iter():
        if not isinstance(element.tag, str):  # a comment, or a processing instruction
            yield _steady(element.tail or "")
            continue
        for name, value in element.attrib.items():
            if name in ("href", "src", "action"):
                yield _address(value)
            elif name.startswith(("data-", "on")):
                yield _steady(value)
        yield element.tag
        yield _steady(element.text or "")
        yield _steady(element.tail or "")


def _steady(text: str) -> str:
    return _NUMBERED.sub("0", _TOKEN.sub("0", clean(text)))


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return _steady(url)
    return f"{parts.netloc}{parts.path}?{_TIME.sub('0', _TOKEN.sub('0', parts.query))}"
