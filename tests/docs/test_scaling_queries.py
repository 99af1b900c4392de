"""The queries that docs/scaling.md gives to whoever watches the workers."""

import re
from pathlib import Path

import psycopg
import pytest

pytestmark = pytest.mark.system

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
QUERIES = [
    query
    for block in re.findall(r"^```sql\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for query in block.split(";")
    if query.strip()
]


def test_there_are_queries() -> None:
    assert len(QUERIES) >= 7


def test_each_query_works(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        for query in QUERIES:
            connection.execute(query.encode())
