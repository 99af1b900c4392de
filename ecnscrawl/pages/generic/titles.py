"""Find the headline of a news page: compare what its metadata says with the headings that it shows."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ecnscrawl.normalize.text import clean

_MAX_LENGTH = 500  #: characters of a headline; what is longer is a text
_MAX_HEADINGS = 40
_WORDS = re.compile(r"\w+")
#: What programs write into a page where they have no value, in lower case.
NO_VALUE = frozenset(("null", "undefined", "[object object]"))
# What stands between a headline and the name of the site: ` - `, ` | `, `_`, `-` in Chinese. The groups keep it.
_SEPARATOR = re.compile(r"(\s+[-–—|·•:»«/]+\s+|\s*[|｜_]+\s*|(?<=[\u3040-\u9fff])\s*[-–—]+\s*(?=\S))")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b.*")
_ARTICLES = frozenset("a an the der die das ein eine le la les un une el los las il lo i gli o os as".split())
_MIN_LABELLED, _MAX_LABEL = 20, 2  #: letters of a headline, words of a label in the same heading
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]")  # scripts that write words without spaces
_COLON = re.compile(r"(:\s+)")


@dataclass(frozen=True)
class Title:
    """A headline and where it was found: `json-ld`, `og`, `twitter`, `meta`, `h1`, `title`."""

    text: str
    origin: str


def key_of(text: str) -> str:
    """Return the letters and digits of a text in one case, to compare texts whose typography differs.

    >>> key_of("Snow—again!") == key_of("SNOW again")
    True
    """
    return " ".join(_WORDS.findall(text.casefold()))


def decoded(text: str) -> str:
    """Return a clean text without entities, also if they were encoded twice, and without tags; `` for no value.

    >>> decoded("Harbin&amp;#8217;s <i>ice</i>")
    'Harbin’s ice'
    >>> decoded("undefined")
    ''
    """
    for _ in range(2):
        if "&" in text:
            text = html.unescape(text)
    if "<" in text:
        text = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", text)
    text = clean(text)
    return "" if text.lower() in NO_VALUE else text


def without_site(text: str, names: Iterable[str]) -> str:
    """Return a headline without the name of the site before or after it.

    `names` are the names that the page gives its site, and the words of its host.

    >>> without_site("Ferries return - Harbour Post", ["Harbour Post"])
    'Ferries return'
    >>> without_site("Harbour Post: Ferries return", ["harbourpost"])
    'Ferries return'
    """
    sites = _squeezed(names)
    return _cut(_COLON, _cut(_SEPARATOR, text, sites), sites)


def _squeezed(names: Iterable[str]) -> set[str]:
    return {squeezed for name in names if len(squeezed := key_of(name).replace(" ", "")) > 1}


def _cut(separator: re.Pattern[str], text: str, sites: set[str]) -> str:
    parts = separator.split(text)
    while len(parts) > 2 and _is_site(parts[-1], sites):
        del parts[-2:]
    while len(parts) > 2 and _is_site(parts[0], sites):
        del parts[:2]
    return "".join(parts).strip()


def _is_site(part: str, sites: set[str]) -> bool:
    squeezed = key_of(part).replace(" ", "")
    if squeezed in sites:
        return True
    return any(
        2 * min(len(squeezed), len(site)) > max(len(squeezed), len(site)) > 4
        and (squeezed.startswith(site) or site.startswith(squeezed) or site.endswith(squeezed))
        for site in sites
    )


def find_title(stated: Sequence[Title], headings: Sequence[str], names: Sequence[str]) -> Title | None:
    """Return the headline.

    `stated` is what the metadata says, the best first, `<title>` last; `headings` are the texts of the `<h1>`, in page
    order; `names` those of the site. A heading that agrees with the metadata counts most: it has no additions for
    search engines, and is not that of another part of the page.
    """
    known = [Title(text, title.origin) for title in stated if key_of(text := without_site(title.text, names))]
    sites = {key_of(name) for name in names}
    shown = [text for text in headings if (key := key_of(text)) and key not in sites]
    heading = next((text for text in shown if any(_agree(text, title.text) for title in known)), None)
    if heading is None and shown and (not known or _is_sentence(shown[0])):
        heading = shown[0]
    if heading is None:
        return known[0] if known else None
    agreed = next((key for key, count in Counter(key_of(title.text) for title in known).items() if count > 1), None)
    part = next((title.text for title in known if _adds_a_label(heading, title.text)), None)
    if agreed and part is None and _adds_words(key_of(heading), agreed):
        part = next(title.text for title in known if key_of(title.text) == agreed)
    if part or heading.isupper():
        same = key_of(part or heading)
        written = next((title.text for title in known if key_of(title.text) == same), part or heading)
        return Title(written, "h1")
    return Title(_cut(_SEPARATOR, heading, _squeezed(names)), "h1")


def _is_sentence(heading: str) -> bool:
    """Return whether a heading is more than the name of a section: five words, or six letters in a row."""
    words = key_of(heading).split()
    return len(words) > 4 or any(len(word) > 5 and not word.isascii() and _UNSPACED.search(word) for word in words)


def _adds_a_label(heading: str, title: str) -> bool:
    """Return whether a heading is the headline with a label or a line of its own before or after it."""
    parts = [part for part in _SEPARATOR.split(heading) if key_of(part)]
    if len(parts) > 1:
        key = key_of(title)
        return any(key == key_of("".join(_SEPARATOR.split(heading)[at:])) for at in range(1, 6))
    return False


def _adds_words(heading: str, title: str) -> bool:
    """Return whether a heading has a label before the headline, or a day behind it: news …, … posted on july 1 2024."""
    before, found, after = heading.partition(title)
    words = before.split()
    if not found or len(title) < _MIN_LABELLED or (before and after):
        return False
    return 0 < len(words) <= _MAX_LABEL and _ARTICLES.isdisjoint(words) if words else bool(_YEAR.search(after))


def _agree(heading: str, title: str) -> bool:
    """Return whether a heading and a headline of the metadata are the same, or one an abridged form of the other."""
    one, other = key_of(heading), key_of(title)
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if short in long and len(short) * 3 > len(long) and len(short) > 8:
        return True
    words, others = set(one.split()), set(other.split())
    return len(words & others) * 2 > min(len(words), len(others)) and len(words & others) > 2
