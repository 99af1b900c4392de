"""Guess the charset of a page that names none, where nobody has written down what its site uses."""

import logging
import re

from ecnscrawl.pages.decoders import is_utf_8

#: Of scripts that windows-1252, for which browsers take such a page, turns into noise. Latin charsets are not among
#: them: their texts differ in a few letters, and a guess is wrong too often.
_CHARSETS = {
    "big5": "big5", "big5hkscs": "big5", "cp950": "big5", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030",
    "cp949": "euc-kr", "euc_kr": "euc-kr", "johab": "euc-kr", "cp932": "shift_jis", "shift_jis": "shift_jis",
    "shift_jis_2004": "shift_jis", "shift_jisx0213": "shift_jis", "euc_jp": "euc-jp", "euc_jis_2004": "euc-jp",
    "euc_jisx0213": "euc-jp", "cp1251": "windows-1251", "koi8_r": "koi8-r", "koi8_u": "koi8-u",
    "cp1255": "windows-1255", "cp1256": "windows-1256",
}  # fmt: skip
_DECLARED = re.compile(rb"<meta[^>]{0,200}charset|<\?xml[^>]{0,200}encoding", re.IGNORECASE)
_TAG = re.compile(rb"<[^<>]*>")
_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_MAX_PAGE, _MAX_TEXT = 500_000, 20_000  # bytes: more takes longer and tells no more
_MIN_SHARE = 0.3  #: of letters beyond ASCII: a text in a Latin script has fewer
_LETTER = re.compile(r"[^\W\d_]")


def guessed_charset(body: bytes) -> str | None:
    """Return the charset of a page that declares none and is not UTF-8; None if that cannot be told.

    >>> guessed_charset("<p>渡輪在黎明時分離開港口，船上載著四十名乘客，還有一架鋼琴。</p>".encode("big5") * 3)
    'big5'
    """
    if _DECLARED.search(body, 0, 4096) or is_utf_8(body):
        return None
    import charset_normalizer  # noqa: PLC0415 - rarely needed

    logging.getLogger("charset_normalizer").setLevel(logging.CRITICAL)
    texts = (text for text in _TAG.split(body[:_MAX_PAGE]) if _BEYOND_ASCII.search(text))  # of scripts hardly any
    text = b" ".join(texts)[:_MAX_TEXT]
    best = charset_normalizer.from_bytes(text).best()
    name = _CHARSETS.get(best.encoding) if best is not None else None
    if best is None or name is None:
        return None
    letters = _LETTER.findall(str(best))
    beyond = sum(not letter.isascii() for letter in letters)
    return name if letters and beyond >= _MIN_SHARE * len(letters) else None
