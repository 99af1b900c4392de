"""Put the site into each line of the log, while many sites are crawled in one process.

Scrapy's own loggers do not know for which crawl they write. What a run starts inherits its context variables: tasks,
timers and the callbacks of sockets. So the site is one of them, and each record takes it when it is made.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from scrapy.settings import BaseSettings

from ecnscrawl.redaction import SanitizedLogRecord

FORMAT = "%(asctime)s %(site)s [%(name)s] %(levelname)s: %(message)s"
NO_SITE = "-"  #: of what concerns the whole process

_site: ContextVar[str] = ContextVar("site", default=NO_SITE)


class SiteLogRecord(SanitizedLogRecord):
    """A sanitized log record that knows its site, as `%(site)s` in LOG_FORMAT."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = _site.get()


@contextmanager
def log_with_site(site: str) -> Iterator[None]:
    """Name this site in what is logged inside the block, and by all that is started in it."""
    token = _site.set(site)
    try:
        yield
    finally:
        _site.reset(token)


def install_site_log(settings: BaseSettings) -> None:
    """Name the site in every record, and in the format of the log unless the user has set one."""
    logging.setLogRecordFactory(SiteLogRecord)
    if not settings.getpriority("LOG_FORMAT"):  # 0: Scrapy's default
        settings.set("LOG_FORMAT", FORMAT, "project")
