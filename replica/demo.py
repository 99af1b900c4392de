"""`make demo`: run the main job against the replica, in its own data folder, and show what it stored."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from replica.fixture_site import fixture_site
from replica.server import Replica

ROOT = Path(__file__).parent.parent
DATA = ROOT / "demo-data"
# It is our own server, so no delay between requests is needed.
FULL_SPEED = ("-s", "AUTOTHROTTLE_ENABLED=0", "-s", "DOWNLOAD_DELAY=0")


def main() -> int:
    """Crawl the replica and show the articles; return the crawl's exit status."""
    shutil.rmtree(DATA, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("scrapy")), "crawl", "ecns", *FULL_SPEED]
    print(
        "The bundled site, crawled as `.venv/bin/scrapy crawl ecns` does the real one, but without waits:",
        flush=True,
    )
    with Replica(fixture_site(ROOT / "fixtures")) as replica:
        environment = os.environ | replica.environment() | {"ECNSCRAWL_DATA_DIR": str(DATA)}
        status = subprocess.run(command, env=environment, cwd=ROOT, check=False).returncode
    for file in sorted((DATA / "ecns" / "articles").glob("*.jsonl")):
        _show(file)
    return status


def _show(file: Path) -> None:
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    table = Table(title=f"{len(records)} articles", expand=True)
    for column in ("published", "section", "title", "images"):
        table.add_column(column, no_wrap=True, overflow="ellipsis", ratio=1 if column == "title" else None)
    for record in sorted(records, key=lambda record: str(record["published_at"]), reverse=True):
        day, section = record["published_at"][:10], record["section"] or "-"
        table.add_row(day, section, record["title"], str(len(record["images"])))
    Console().print(table)
    print(f"They are in {file.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(main())
