"""Load what reading a page loads on first use, so that all workers share it."""

from datetime import UTC, datetime

from ecnscrawl.extraction import extract

_PAGE = b"""<html><head><title>A ferry</title></head><body><article><h1>A ferry left</h1>
<time>2026-11-20T08:00:00Z</time>
<p>It carried forty passengers and one piano across the strait at dawn.</p><p>The piano was tuned when it arrived.</p>
</article></body></html>"""


def warm_up() -> None:
    """Read a page as one of any site: trafilatura alone takes half a second to load."""
    extract(_PAGE, "https://example.org/2026/11/20/ferry", fetched_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
