"""Rows as runs store them."""

from typing import Any

import psycopg

from ecnscrawl.items import Article, to_line

STORE = """
INSERT INTO ecnscrawl.records (site, id, revision, run, content_hash, record, stored_at)
VALUES (%s, %s, %s, %s, %s, %s, coalesce(%s::timestamptz, now()))
"""


def store(connection: "psycopg.Connection[Any]", *articles: Article, at: str | None = None) -> None:
    """Store records, committed at once unless a transaction is open."""
    for each in articles:
        line = to_line(each).decode().removesuffix("\n")
        key = (each.site, each.id, each.revision, "20261123T073000Z-1a2b3c", bytes.fromhex(each.content_hash))
        connection.execute(STORE, [*key, line, at])
