"""Choose the groups of a robots.txt that apply to one crawler, by its product token. Protego then matches the paths.

>>> own_rules(b"User-agent: ecnscrawl/0.1.0\\nDisallow: /a\\n\\nUser-agent: crawl\\nDisallow: /b\\n", "ecnscrawl")
b'User-agent: *\\nDisallow: /a\\n'
"""

import re
from collections.abc import Iterator

# Protego applies a group if its name is a part of ours (`crawl`, `e`), and ignores it if its name is longer
# (`ecnscrawl/0.1.0`). It also ends a group at unknown lines, and splits lines at control characters.

_TOKEN = re.compile(r"[A-Za-z_-]+")  # RFC 9309, 2.2.1
_COMPATIBLE = re.compile(r"\(compatible;\s*([A-Za-z_-]+)")  # Mozilla/5.0 (compatible; Bot/1.0; …)
_LINE_END = re.compile(rb"[\r\n]+")
_AGENT = ("user-agent", "useragent", "user agent")
_DISALLOW = (
    "disallow",
    "dissallow",
    "dissalow",
    "disalow",
    "diasllow",
    "disallaw",
)  # frequent misspellings, which Google accepts too
_ALLOW = ("allow",)
_DELAY = ("crawl-delay", "crawl delay")
_KEYS = {key: keys[0] for keys in (_AGENT, _DISALLOW, _ALLOW, _DELAY) for key in keys}
_RECORD = re.compile(
    rf"({'|'.join(map(re.escape, sorted(_KEYS, key=len, reverse=True)))})(?:[ \t]*:|[ \t])[ \t]*(.*)".encode(),
    re.IGNORECASE | re.DOTALL,
)
_SITEMAP = re.compile(rb"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_MAX_SITEMAPS = 100
_NOT_IN_PATHS = re.compile(rb"[^\x21-\x7e]")


def product_token(user_agent: str) -> str:
    """Return the name of a User-Agent in robots.txt, in lower case: `ecnscrawl` for `ecnscrawl/0.1.0`."""
    match = _COMPATIBLE.search(user_agent)
    token = match[1] if match else next(iter(_TOKEN.findall(user_agent)), "")
    return token.lower()


def sitemaps_in(body: bytes) -> list[str]:
    """Return the URLs of the sitemaps that a robots.txt names, for all crawlers alike.

    >>> sitemaps_in(b"User-agent: *\\nDisallow: /a\\n\\nSitemap: https://example.org/news.xml\\n")
    ['https://example.org/news.xml']
    """
    return [
        url.decode("utf-8", "replace")
        for url in _SITEMAP.findall(body.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n"))[:_MAX_SITEMAPS]
    ]


def own_rules(body: bytes, token: str) -> bytes:
    """Return the rules of a robots.txt for the crawler with this product token, as one group for `*`.

    All groups that name the token are merged; if there is none, those for `*`. Names are compared without regard to
    case, up to the first character that a token cannot have. Only `Allow` and `Disallow` end a list of names; other
    lines and empty lines do not (RFC 9309, 2.2.4).
    """
    ours: list[bytes] = []
    everybodys: list[bytes] = []
    named = names_us = names_all = in_rules = False
    for key, value in _records(body.removeprefix(b"\xef\xbb\xbf")):
        if key == "user-agent":
            if in_rules:
                names_us = names_all = in_rules = False
            names_us |= _token_of(value) == token != ""
            names_all |= value.split()[:1] == [b"*"]
            named |= names_us
            continue
        in_rules |= key != "crawl-delay"
        record = f"{key.capitalize()}: ".encode() + _NOT_IN_PATHS.sub(_escaped, value) + b"\n"
        if names_us:
            ours.append(record)
        if names_all:
            everybodys.append(record)
    return b"User-agent: *\n" + b"".join(ours if named else everybodys)


def _escaped(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % byte[0][0]


def _token_of(value: bytes) -> str:
    match = _TOKEN.match(value.decode("latin-1"))
    return match[0].lower() if match else ""


def _records(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the known keys and their values in order. The colon between them may be missing."""
    for line in _LINE_END.split(body):
        if match := _RECORD.fullmatch(line.partition(b"#")[0].strip()):
            yield _KEYS[match[1].decode().lower()], match[2].rstrip()
