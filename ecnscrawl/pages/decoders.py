"""The decoders of browsers (WHATWG Encoding), made from Python's codecs and corrections where these differ.

All characters of all charsets are right, except 203 rare ones of Big5 and one each of EUC-JP and GB 18030.
"""

import codecs
from functools import cache

from webencodings import lookup

GB = ("gbk", "gb18030")  #: the standard decodes GBK as GB 18030

# Private-use characters that newer versions of GB 18030 have replaced; A3A0 is a common wide space.
_GB_18030 = dict(
    zip(
        "\ue5e5\ue78d\ue78e\ue78f\ue790\ue791\ue792\ue793\ue794\ue795\ue796\ue7c7\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864",
        "\u3000\ufe10\ufe12\ufe11\ufe13\ufe14\ufe15\ufe16\ufe17\ufe18\ufe19\u1e3f\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb",
        strict=True,
    )
)
_JAPANESE = str.maketrans("\u301c\u2016\u2212\xa2\xa3\xac", "\uff5e\u2225\uff0d\uffe0\uffe1\uffe2")
# Belarusian letters instead of two box drawings, and a Hebrew point.
_LETTERS = {"koi8-u": {0xAE: "\u045e", 0xBE: "\u040e"}, "windows-1255": {0xCA: "\u05ba"}}
_JIS = ("euc-jp", "iso-2022-jp")
_MAX_MENDED = 10_000  # invalid sequences that are decoded again; with more, the bytes are not text
_ONE_BYTE = ("iso-8859-", "windows-", "koi8-", "ibm866", "macintosh", "x-mac-")


def decoded(body: bytes, name: str) -> str:
    """Decode bytes by the standard's decoder of this name. Invalid sequences become U+FFFD."""
    if name == "replacement":  # for charsets that can hide scripts from a filter of markup
        return "\ufffd"
    if name.startswith(_ONE_BYTE):
        return codecs.charmap_decode(body, "replace", _table(name))[0]
    text = _python_decoded(body, "gb18030" if name in GB else name)
    if name in (*GB, *_JIS) and "\ufffd" in text and text.count("\ufffd") <= _MAX_MENDED:
        text = _python_decoded(body, "gb18030" if name in GB else name, _MENDED)
    if name in GB:
        for private, public in _GB_18030.items():
            if private in text:  # takes a microsecond; `replace` alone takes longer
                text = text.replace(private, public)
    return text.translate(_JAPANESE) if name in _JIS else text


def _mended(error: UnicodeError) -> tuple[str, int]:
    """Decode a sequence that Python's codec takes for invalid: the euro of GBK, the rows of NEC and IBM in JIS."""
    assert isinstance(error, UnicodeDecodeError)
    pair = error.object[error.start : error.start + 2]
    if error.encoding == "gb18030":
        return ("€" if pair[0] == 0x80 else "\ufffd"), error.end
    row, cell = (byte & 0x7F for byte in pair) if len(pair) == 2 else (0, 0)
    if 0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E:
        first = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
        second = cell + (0x1F + (cell >= 0x60) if row % 2 else 0x7E)
        meant = bytes((first, second)).decode("cp932", "ignore")  # Windows' Shift JIS has these rows
        if len(meant) == 1:
            return meant, error.start + 2
    return "\ufffd", error.end


_MENDED = "ecnscrawl.pages.decoders"
codecs.register_error(_MENDED, _mended)


def _python_decoded(body: bytes, name: str, errors: str = "replace") -> str:
    encoding = lookup(name)
    assert encoding
    text: str = encoding.codec_info.decode(body, errors)[0]
    return text


@cache
def _table(name: str) -> str:
    """Return the table of a one-byte charset. A byte from 0x80 to 0x9F without a character is a control character."""
    python = (_python_decoded(bytes([byte]), name) for byte in range(256))
    table = {byte: chr(byte) if char == "\ufffd" and 0x80 <= byte < 0xA0 else char for byte, char in enumerate(python)}
    return "".join((table | _LETTERS.get(name, {})).values())


def is_utf_8(body: bytes) -> bool:
    """Return whether the bytes are valid UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
