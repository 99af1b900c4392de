"""Make the records of a WARC 1.1 file: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/."""

import zlib
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.redaction import is_secret_name, redact
from ecnscrawl.storage.archive.exchange import END, NO_END, PART, PURPOSE, Exchange, Headers

NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_GZIP = 31  # zlib's `wbits` for gzip
_LEVEL = 3  # a page of 77 KB takes 0.6 ms; level 6 takes twice as long for a file that is a tenth smaller


class _Head(StatusAndHeaders):  # type: ignore[misc]  # warcio has no types
    """A head that is written byte for byte. warcio would escape what is not ASCII."""

    def __init__(self, first_line: str, headers: Headers) -> None:
        super().__init__(first_line, [])
        lines = [first_line.encode("latin-1", "replace"), *(b"%s: %s" % header for header in headers)]
        self._exact = b"\r\n".join([*lines, b"", b""])

    def compute_headers_buffer(self, header_filter: object = None) -> None:  # noqa: ARG002 - warcio's own method
        self.headers_buff = self._exact


class Records:
    """Makes the records of one file. The members that it returns stand for themselves: a gzip file each."""

    def __init__(self, name: str, info: Mapping[str, str], at: str) -> None:
        """`info` says how the file was made; `at` is the UTC time of its beginning."""
        self._out = BytesIO()
        self._writer = WARCWriter(self._out, gzip=False, warc_version="1.1")
        record = self._writer.create_warcinfo_record(name, info)
        record.rec_headers.replace_header("WARC-Date", at)
        self._info_id = record.rec_headers.get_header("WARC-Record-ID")
        self.first = self._member(record)  #: the record with `info`, which the file begins with

    def of(self, exchanges: Iterable[Exchange]) -> list[bytes]:
        """Return the members for exchanges that belong together, such as those of one article."""
        members = []
        responses: dict[str, str] = {}  # address -> record id
        for each in exchanges:
            if each.is_rendered:
                members.append(self._member(self._rendered(each, responses.get(each.url))))
                continue
            response = self._response(each)
            id_ = responses[each.url] = response.rec_headers.get_header("WARC-Record-ID")
            members += [self._member(response), self._member(self._request(each, id_))]
        return members

    def _response(self, exchange: Exchange) -> ArcWarcRecord:
        head = _Head(f"{exchange.protocol} {exchange.status} {_phrase(exchange.status)}", _kept(exchange.headers))
        is_unchanged = exchange.status == HTTPStatus.NOT_MODIFIED
        url = redact(exchange.url)
        own = {"WARC-Profile": NOT_MODIFIED, "WARC-Refers-To-Target-URI": url} if is_unchanged else {}
        own |= {"WARC-Truncated": "length"} if exchange.is_truncated else {}
        own |= {END: NO_END} if exchange.has_no_end else {}
        return self._writer.create_warc_record(
            url,
            "revisit" if is_unchanged else "response",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            http_headers=head,
            warc_headers_dict=self._headers(exchange, own),
        )

    def _request(self, exchange: Exchange, response_id: str) -> ArcWarcRecord:
        parts = urlsplit(exchange.url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        host = ((b"Host", parts.netloc.rpartition("@")[2].encode()),)
        head = _Head(f"{exchange.method} {redact(target)} HTTP/1.1", _kept(host + exchange.request_headers))
        return self._writer.create_warc_record(
            redact(exchange.url),
            "request",
            payload=BytesIO(),
            length=0,
            http_headers=head,
            warc_headers_dict=self._headers(exchange, {"WARC-Concurrent-To": response_id}),
        )

    def _rendered(self, exchange: Exchange, of: str | None) -> ArcWarcRecord:
        return self._writer.create_warc_record(
            redact(exchange.url),
            "conversion",
            payload=BytesIO(exchange.body),
            length=len(exchange.body),
            warc_content_type="text/html; charset=utf-8",
            warc_headers_dict=self._headers(exchange, {"WARC-Refers-To": of} if of else {}),
        )

    def _headers(self, exchange: Exchange, own: Mapping[str, str]) -> dict[str, str]:
        purpose = {PURPOSE: exchange.purpose} if exchange.purpose else {}
        part = {PART: redact(exchange.part)} if exchange.part else {}
        return {"WARC-Date": to_text(exchange.at), "WARC-Warcinfo-ID": self._info_id, **own, **purpose, **part}

    def _member(self, record: ArcWarcRecord) -> bytes:
        self._out.seek(0)
        self._out.truncate()
        self._writer.write_record(record)
        return zlib.compress(self._out.getbuffer(), _LEVEL, _GZIP)


def _kept(headers: Headers) -> Headers:
    """Return headers without secrets: no cookie and no password is archived."""
    return tuple(
        (name, redact(value.decode("latin-1")).encode("latin-1"))
        for name, value in headers
        if not (is_secret_name(name.decode("latin-1")) or b"cookie" in name.lower())
    )


def _phrase(status: int) -> str:
    """Return what a status means. Scrapy does not keep the server's own words."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"
