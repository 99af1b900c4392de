"""The CSV of `-o` and `-O`: Scrapy's, with its header once, also where a run has no record."""

from dataclasses import fields
from io import BytesIO
from typing import Any

from scrapy.exporters import CsvItemExporter

from ecnscrawl.items import Article


class CsvFeedExporter(CsvItemExporter):
    """Writes a header without any record too, and none in the middle of a file that `-o` appends to."""

    def __init__(self, file: BytesIO, **options: Any) -> None:
        super().__init__(file, **options)
        if file.seekable() and file.tell() > 0:
            self.include_headers_line = False

    def finish_exporting(self) -> None:
        if self._headers_not_written and self.include_headers_line:
            names = self.fields_to_export or [field.name for field in fields(Article)]
            self.csv_writer.writerow(names.values() if isinstance(names, dict) else names)
        super().finish_exporting()
