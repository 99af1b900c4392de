"""Load the stored articles into a SQLite database with full-text search, and configure Datasette for it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecnscrawl import hints, safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.exporters import reader
from ecnscrawl.exporters.columns import COLUMNS
from ecnscrawl.exporters.derived_database import remove_unusable
from ecnscrawl.exporters.tabular import as_cell

if TYPE_CHECKING:
    from sqlite_utils import Database

LOCK_TIMEOUT = 5  # seconds: what `sqlite3` waits by default for another `browse`
SCHEMA_VERSION = 1  # a database of another version is rebuilt from the published files
FACETS = ("section", "source", "editor", "kind")

# After a file's records were added to the revisions: update the articles whose newest revision is among them.
_NEWEST = """
    INSERT OR REPLACE INTO articles SELECT {columns} FROM revisions AS new WHERE file = :file
    AND NOT EXISTS (SELECT 1 FROM revisions WHERE id = new.id AND revision > new.revision)
"""
_DROP_IMAGES = "DELETE FROM images WHERE article IN (SELECT id FROM articles WHERE file = :file)"
_IMAGES = """
    INSERT INTO images SELECT articles.id, image.key + 1, json_extract(image.value, '$.url'),
    json_extract(image.value, '$.caption'), json_extract(image.value, '$.credit')
    FROM articles, json_each(articles.images) AS image WHERE articles.file = :file
"""


def require_extra() -> None:
    """Raise CannotStart, saying what to install, if Datasette or one of its companions is missing."""
    try:
        import datasette.app  # noqa: F401, PLC0415 - an extra: only `scrapy browse` needs it
        import sqlite_utils  # noqa: F401, PLC0415
        import uvicorn  # noqa: F401, PLC0415
    except ImportError:
        raise CannotStart(f"browsing needs Datasette; {hints.install_extra('browse')}") from None


@contextmanager
def open_database(path: Path) -> Iterator["Database"]:
    """Open the database at this path, created anew if it is missing, damaged or of another version.

    Raises CannotStart if it cannot be read or written, also for errors inside the block.
    """
    from sqlite_utils import Database  # noqa: PLC0415 - of the extra

    try:
        remove_unusable(path, SCHEMA_VERSION, LOCK_TIMEOUT)
        with safe_files.sqlite_file(path):
            database = Database(path)
        try:
            if not database.table_names():
                _create(database)
            yield database
        finally:
            database.close()
    except safe_files.UnsafeFileError as error:
        raise CannotStart(f"{error.filename}: {error.strerror}") from None
    except (sqlite3.Error, OSError) as error:
        raise CannotStart(f"{path} cannot be written ({error})") from None


def _create(database: "Database") -> None:
    columns = {name: int if kind == "INTEGER" else str for name, kind in COLUMNS.items()} | {"file": str}
    database.enable_wal()  # so that Datasette can read while another `scrapy browse` writes
    with database.atomic():
        database.table("files").create({"name": str}, pk="name")
        database.table("revisions").create(columns, pk=("id", "revision"))
        database.table("revisions").create_index(["file"])
        articles = database.table("articles").create(columns, pk="id")
        articles.create_index(["file"])
        articles.create_index(["published_at"])
        for facet in FACETS:
            articles.create_index([facet, "published_at"])
        articles.enable_fts(["title", "summary", "body", "authors"], tokenize="porter", create_triggers=True)
        images = {"article": str, "position": int, "url": str, "caption": str, "credit": str}
        database.table("images").create(
            images, pk=("article", "position"), foreign_keys=[("article", "articles", "id")]
        )
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def update(database: "Database", files: Sequence[Path]) -> int:
    """Add the published files that are not in the database yet; return the number of articles now.

    Each file is one transaction. Published files never change, so their names are enough to recognise them. Raises
    InvalidRecord if a line of a file is not a record.
    """
    read = {row["name"] for row in database.table("files").rows}
    for file in files:
        if file.name.removesuffix(".gz") not in read:  # compressing a file does not make it another one
            with database.atomic():
                _add(database, file)
    return int(database.table("articles").count)


def _add(database: "Database", file: Path) -> None:
    name = file.name.removesuffix(".gz")
    database.table("files").insert({"name": name}, replace=True)
    rows = ({key: as_cell(value) for key, value in record.items()} for record in reader.read(file))
    database.table("revisions").insert_all((row | {"file": name} for row in rows), replace=True)
    columns = ", ".join(database.table("articles").columns_dict)
    for statement in (_NEWEST.format(columns=columns), _DROP_IMAGES, _IMAGES):
        database.execute(statement, {"file": name})


#: Datasette's settings: it shows these tables and canned queries, runs no other SQL, and offers no download.
SETTINGS = {
    "default_allow_sql": False,
    "allow_download": False,
    "suggest_facets": False,
    "facet_time_limit_ms": 1000,  # an archive of a million articles takes longer than the default 200
    "sql_time_limit_ms": 5000,
    "truncate_cells_html": 300,  # characters of a body in a list
}


def metadata(site: str) -> dict[str, Any]:
    """Return Datasette's metadata: the tables with their facets, and the canned queries."""
    newest_first = {"sort_desc": "published_at", "facets": list(FACETS), "label_column": "title"}
    tables = {"articles": newest_first, "revisions": newest_first, "images": {}, "files": {"hidden": True}}
    return {"title": f"Articles of {site}", "databases": {"browse": {"tables": tables, "queries": _QUERIES}}}


_LIST = "SELECT published_at, section, title, source, editor, kind, revision, id, url FROM articles"
_QUERIES = {
    "newest": {"title": "Newest articles", "sql": f"{_LIST} ORDER BY published_at DESC LIMIT 100"},
    "by-section": {
        "title": "By section",
        "sql": f"{_LIST} WHERE section = :section COLLATE NOCASE OR :section = ''"
        " ORDER BY section, published_at DESC LIMIT 1000",
    },
    "by-editor": {
        "title": "By editor",
        "sql": f"{_LIST} WHERE editor = :editor COLLATE NOCASE OR :editor = ''"
        " ORDER BY editor, published_at DESC LIMIT 1000",
    },
    "revisions-side-by-side": {
        "title": "Revisions side by side",
        "description": "Each corrected article, or the one of this id: a revision beside the one before it",
        "sql": "SELECT new.id, old.revision AS old_revision, new.revision AS new_revision,"
        " old.fetched_at AS old_fetched_at, new.fetched_at AS new_fetched_at,"
        " old.title AS old_title, new.title AS new_title, old.body AS old_body, new.body AS new_body"
        " FROM revisions AS new JOIN revisions AS old ON old.id = new.id AND old.revision ="
        " (SELECT max(revision) FROM revisions WHERE id = new.id AND revision < new.revision)"
        " WHERE new.id = :id OR :id = '' ORDER BY new.fetched_at DESC, new.id, new.revision LIMIT 1000",
    },
    "full-text-search": {
        "title": "Full-text search",
        "description": "In titles, summaries, bodies and authors; best matches first",
        "sql": "SELECT articles.published_at, articles.title,"
        " snippet(articles_fts, -1, '[', ']', '…', 16) AS found, articles.id, articles.url"
        " FROM articles_fts JOIN articles ON articles.rowid = articles_fts.rowid"
        """ WHERE articles_fts MATCH coalesce(nullif(escape_fts(:search), ''), '""')"""
        " ORDER BY rank LIMIT 100",
    },
}
