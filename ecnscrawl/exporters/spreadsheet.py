"""Export records as a spreadsheet, .xlsx: a row for each, times as times, and no text as a formula."""

from datetime import datetime
from pathlib import Path
from typing import Any

from ecnscrawl import hints
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.exporters.columns import COLUMNS, TIMES
from ecnscrawl.exporters.duckdb import Records
from ecnscrawl.exporters.tabular import as_cell
from ecnscrawl.exporters.target import ExportFailed
from ecnscrawl.normalize.timestamps import from_text

MAX_ROWS = 1_048_576  #: of a sheet, its header included
MAX_CELL = 32_767  #: UTF-16 code units
_CUT = "…"
_OPTIONS = {"constant_memory": True, "remove_timezone": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}


def write_xlsx(records: Records, target: Path) -> tuple[int, int]:
    """Write one sheet; return the number of records, and of the texts that were cut to what a cell holds.

    Raises CannotStart if XlsxWriter is not installed, ExportFailed for more records than a sheet has rows.
    """
    try:
        import xlsxwriter  # noqa: PLC0415 - an extra
    except ImportError:
        raise CannotStart(f"a spreadsheet needs XlsxWriter; {hints.install_extra('export')}") from None
    written = cut = 0
    with xlsxwriter.Workbook(target, _OPTIONS | {"tmpdir": str(target.parent)}) as book:
        sheet = book.add_worksheet("articles")
        bold = book.add_format({"bold": True})
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for record in records.rows():
            written += 1
            if written == MAX_ROWS:
                raise ExportFailed(f"a sheet has room for {MAX_ROWS - 1} articles; select fewer, or export .csv")
            for column, (name, value) in enumerate(record.items()):
                cell, is_cut = _cell(name, value)
                cut += is_cut
                if isinstance(cell, datetime):
                    sheet.write_datetime(written, column, cell)
                elif isinstance(cell, str):
                    sheet.write_string(written, column, cell)  # `write` would make a formula of `=1+1`
                elif cell is not None:
                    sheet.write_number(written, column, cell)
        sheet.autofilter(0, 0, written, len(COLUMNS) - 1)
        sheet.freeze_panes(1, 0)
    return written, cut


def _cell(name: str, value: Any) -> tuple[Any, bool]:
    """Return the value of a cell, and whether it was cut."""
    if name in TIMES and value is not None:
        return from_text(value), False
    cell = as_cell(value)
    if isinstance(cell, str) and len(cell) * 2 > MAX_CELL:
        units = cell.encode("utf-16-le")
        if len(units) > 2 * MAX_CELL:
            return units[: 2 * (MAX_CELL - 1)].decode("utf-16-le", "ignore") + _CUT, True
    return cell, False
