"""`scrapy schema --as FORM`: the record's definition, as JSON Schema or as SQL for DuckDB or PostgreSQL."""

import argparse
import glob
import os
import sys

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.hints import program

FORMS = ("json", "duckdb", "postgres")


class Command(StoredDataCommand):
    """Exit status: 0 printed; 2 wrong usage."""

    def syntax(self) -> str:
        return "--as FORM [--files GLOB]"

    def short_desc(self) -> str:
        return "Print the record's definition: JSON Schema, or SQL for DuckDB or PostgreSQL"

    def long_desc(self) -> str:
        return (
            "Print the definition of a record: `json` is JSON Schema, `duckdb` is SQL that creates a view `articles`"
            " over article files, `postgres` is SQL that creates a table `articles`."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Schema Options")
        group.add_argument("--as", dest="form", metavar="FORM", help=f"{', '.join(FORMS[:-1])} or {FORMS[-1]}")
        group.add_argument(
            "--files", metavar="GLOB", help="duckdb: the article files (default: of all sites in the data folder)"
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        if words := positional("schema", args):
            raise WrongUsage(f"unexpected argument {words[0]!r}; write `{program()} schema --as FORM`")
        if opts.form not in FORMS:
            what = "--as is missing" if opts.form is None else f"--as {opts.form!r}{suggestion(opts.form, FORMS)}"
            raise WrongUsage(f"{what}; write --as {' or --as '.join(FORMS)}")
        if opts.files is not None and (opts.form != "duckdb" or not opts.files):
            raise WrongUsage("--files names the files of a view, as in --as duckdb --files 'articles/*.jsonl'")
        # Scrapy imports all commands at each start, so a command imports what only it needs when it runs.
        from ecnscrawl.exporters.schema import duckdb_view, json_schema, postgres_table  # noqa: PLC0415

        match opts.form:
            case "json":
                printed = json_schema() + "\n"
            case "duckdb":
                printed = duckdb_view(opts.files or f"{glob.escape(str(self.data))}/*/articles/*.jsonl")
            case _:
                printed = postgres_table()
        sys.stdout.buffer.write(os.fsencode(printed))  # unescaped, for programs; a folder's name may be any bytes
        sys.stdout.buffer.flush()
