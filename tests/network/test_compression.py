"""Compressed bodies are decompressed completely, or refused."""

import gzip
import sys
import zlib
from collections.abc import Callable

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.exceptions import ResponseDataLossError

from ecnscrawl.network.compression import BodyCutOff, BodyDamaged, BodyTooLarge, decompress

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def raw_deflate(body: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(body) + stream.flush()


def zstd_with_checksum(body: bytes) -> bytes:
    return zstd.compress(body, options={zstd.CompressionParameter.checksum_flag: 1})


FORMS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("x-gzip", gzip.compress),
    "zlib": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw_deflate),
    "br": ("br", brotli.compress),
    "zstd": ("zstd", zstd.compress),
    "zstd with checksum": ("zstd", zstd_with_checksum),
}
CHECKED = ("gzip", "zlib", "zstd with checksum")
PAGE = b"<html><body>" + b"".join(b"<p>It snowed %d times.</p>" % number for number in range(9_000)) + b"</body></html>"

each_form = pytest.mark.parametrize("form", FORMS)


@each_form
@given(body=st.binary() | st.just(PAGE))
def test_a_whole_body_is_what_was_compressed(form: str, body: bytes) -> None:
    coding, compress = FORMS[form]
    assert decompress(compress(body), [coding]) == (body, [])


@each_form
def test_a_body_that_is_cut_off_anywhere_raises_an_error(form: str) -> None:
    coding, compress = FORMS[form]
    data = compress(PAGE)
    for end in {*range(0, len(data), max(1, len(data) // 500)), *range(len(data) - 20, len(data))}:
        with pytest.raises(BodyCutOff):
            decompress(data[:end], [coding])


@pytest.mark.parametrize("form", CHECKED)
@given(at=st.integers(min_value=0), bit=st.integers(min_value=0, max_value=7))
def test_a_damaged_body_is_refused_or_decompressed_correctly(form: str, at: int, bit: int) -> None:
    coding, compress = FORMS[form]
    data = bytearray(compress(PAGE[:5_000]))
    data[at % len(data)] ^= 1 << bit
    try:
        body, _ = decompress(bytes(data), [coding])
    except ResponseDataLossError:
        return
    assert body == PAGE[:5_000]


def test_a_wrong_checksum_counts_as_damaged() -> None:
    with pytest.raises(BodyDamaged):
        decompress(gzip.compress(PAGE)[:-8] + gzip.compress(PAGE[1:])[-8:], ["gzip"])


@pytest.mark.parametrize("form", FORMS)
def test_a_body_that_is_not_compressed_counts_as_damaged(form: str) -> None:
    with pytest.raises((BodyDamaged, BodyCutOff)):
        decompress(PAGE, [FORMS[form][0]])


@pytest.mark.parametrize("form", ["gzip", "zstd"])
def test_several_streams_are_one_body_and_the_last_must_end_too(form: str) -> None:
    coding, compress = FORMS[form]
    data = compress(PAGE[:100]) + compress(PAGE[100:])
    assert decompress(data, [coding]) == (PAGE, [])
    with pytest.raises(BodyCutOff):
        decompress(data[:-1], [coding])


@pytest.mark.parametrize("behind", [b"\0\0\0", b"\n", b"<!-- cached -->"])
def test_data_after_the_last_gzip_member_is_ignored(behind: bytes) -> None:
    assert decompress(gzip.compress(PAGE) + behind, ["gzip"]) == (PAGE, [])


def test_codings_are_undone_from_the_last_one_on() -> None:
    data = gzip.compress(zstd.compress(PAGE))
    assert decompress(data, ["zstd", "gzip"]) == (PAGE, [])
    with pytest.raises(BodyCutOff):
        decompress(gzip.compress(zstd.compress(PAGE)[:-1]), ["zstd", "gzip"])


def test_an_unknown_coding_is_left() -> None:
    assert decompress(gzip.compress(PAGE), ["compress", "gzip"]) == (PAGE, ["compress"])
    assert decompress(PAGE, ["identity"]) == (PAGE, ["identity"])


@each_form
def test_a_compression_bomb_is_stopped_at_the_limit(form: str) -> None:
    coding, compress = FORMS[form]
    with pytest.raises(BodyTooLarge):
        decompress(compress(b"\0" * 5_000_000), [coding], limit=1_000_000)
