"""Crawls that archive, and WARC files of other makers."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.system.crawling import Crawl

Records = list[dict[str, Any]]
DAY = datetime(2026, 11, 20, 8, tzinfo=UTC)


@dataclass(frozen=True)
class ArchivingCrawl(Crawl):
    """The crawl of a user who keeps the pages."""

    site: str = "ecns"

    def command(self, *arguments: str, spider: str = "ecns") -> list[str]:
        return [*super().command(*arguments, spider=spider), "-s", "ARCHIVE=on"]

    @property
    def folder(self) -> Path:
        return self.data / self.site

    @property
    def archives(self) -> list[str]:
        """The archive files, in the order of the runs."""
        return [str(path) for path in sorted((self.folder / "archive").glob("*.warc.gz"))]


def records_in(folder: Path) -> Records:
    """The records in a site's folder, in the order of publishing."""
    paths = sorted((folder / "articles").glob("*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_bytes().splitlines()]


def by_version(records: Records) -> dict[tuple[str, int], dict[str, Any]]:
    """The same by id and revision. Fails where a version is there twice."""
    found = {(record["id"], record["revision"]): record for record in records}
    assert len(found) == len(records)
    return found


@dataclass(frozen=True)
class Page:
    """A page for an archive."""

    url: str
    body: bytes
    at: datetime = DAY
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html; charset=utf-8"),)
    status: str = "200 OK"


def warc(pages: Iterable[Page], *, is_compressed: bool = True, version: str = "1.0", info: str = "Heritrix") -> bytes:
    """A WARC file as others write it: the records of Common Crawl's CC-NEWS have these fields."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=is_compressed, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("others.warc.gz", {"software": info}))
    for page in pages:
        date = {"WARC-Date": page.at.strftime("%Y-%m-%dT%H:%M:%SZ")}
        head = StatusAndHeaders(page.status, list(page.headers), protocol="HTTP/1.1")
        response = writer.create_warc_record(
            page.url, "response", BytesIO(page.body), len(page.body), warc_headers_dict=date, http_headers=head
        )
        sent = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
        request = writer.create_warc_record(page.url, "request", http_headers=sent, warc_headers_dict=date)
        writer.write_request_response_pair(request, response)
    return out.getvalue()
