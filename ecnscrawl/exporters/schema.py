"""Print the record's definition as JSON Schema, and as SQL for DuckDB and PostgreSQL.

A reader that infers types looks at some of the files only. If a key is null in all of these, the reader silently takes
it for null in every other file too. These definitions name the type of each key instead.
"""

import json
import re

from ecnscrawl.exporters.columns import Column, Dialect, columns_of
from ecnscrawl.items import Article, schema

DUCKDB = Dialect("INTEGER", "VARCHAR", "TIMESTAMP")
POSTGRES = Dialect("integer", "text", "timestamptz", objects="jsonb")

_JSON_LINES = re.compile(r"\.jsonl(?:\.gz|\*)?$")


def json_schema() -> str:
    """Return the JSON Schema (2020-12) of a record, which is the content of `article.schema.json`."""
    return json.dumps(schema(), indent=1, ensure_ascii=False)


def duckdb_view(files: str) -> str:
    """Return SQL that creates the view `articles` over the files of a glob pattern.

    Times are in UTC. A pattern that ends in `.jsonl` also matches the compressed files. If a file exists in both forms,
    the view reads the plain one. But DuckDB opens the other one too, and fails if it is half-written.
    """
    columns = columns_of(Article, DUCKDB)
    width = max(len(column.name) for column in columns)
    selected = "\n".join(f"    {column.name}," for column in columns).rstrip(",")
    typed = "\n".join(f"        {f'{column.name}:':{width + 1}} '{column.type}'," for column in columns).rstrip(",")
    plain = _JSON_LINES.sub(".jsonl", files)
    has_both = _JSON_LINES.search(files) and not files.endswith(".gz")
    chosen = f"""
WHERE regexp_matches(filename, '\\.jsonl(\\.gz)?$')
    AND filename NOT IN (SELECT file || '.gz' FROM glob({_quoted(plain)}))"""
    return f"""\
-- Articles as DuckDB reads them: every column typed, times in UTC.
CREATE OR REPLACE VIEW articles AS
SELECT
{selected}
FROM read_json(
    {_quoted(f"{plain}*" if has_both else files)},
    format = 'newline_delimited',
    filename = true,
    columns = {{
{typed}
    }}
){chosen if has_both else ""};
"""


def postgres_table() -> str:
    """Return SQL that creates the table `articles`. Its columns fit jsonb_populate_record of a record."""
    columns = columns_of(Article, POSTGRES)
    width = max(len(column.name) for column in columns)
    typed = "\n".join(f"    {_postgres_column(column, width)}," for column in columns)
    return f"""\
-- Articles in PostgreSQL: a row for each revision of each article.
CREATE TABLE articles (
{typed}
    PRIMARY KEY (id, revision)
);
"""


def _postgres_column(column: Column, width: int) -> str:
    return f"{column.name:{width}} {column.type}" + ("" if column.nullable else " NOT NULL")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
