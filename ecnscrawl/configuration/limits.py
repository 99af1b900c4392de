"""The limits of hosts, pages and runs, from the settings."""

from scrapy.settings import BaseSettings

from ecnscrawl.frontier.host_policy import HostLimits
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.workers.limits import MEGABYTE, WorkerLimits


def host_limits(settings: BaseSettings) -> HostLimits:
    """Return the limits for hosts."""
    return HostLimits(
        max_failures=settings.getint("HOST_MAX_CONSECUTIVE_FAILURES"),
        max_retry_after=settings.getfloat("RETRY_AFTER_MAX"),
        max_crawl_delay=settings.getfloat("CRAWL_DELAY_MAX"),
        retry_backoff=settings.getfloat("RETRY_BACKOFF"),
        max_retry_backoff=settings.getfloat("RETRY_BACKOFF_MAX"),
    )


def page_limits(settings: BaseSettings) -> WorkerLimits:
    """Return the limits for reading one page in a worker process."""
    return WorkerLimits(seconds=settings.getfloat("PAGE_SECONDS"), memory=settings.getint("PAGE_MEMORY_MB") * MEGABYTE)


def thresholds(settings: BaseSettings) -> Thresholds:
    """Return the limits for a healthy run."""
    return Thresholds(
        failed_share=settings.getfloat("HEALTH_FAILED_SHARE"),
        rejected_share=settings.getfloat("HEALTH_REJECTED_SHARE"),
        rendered_share=settings.getfloat("HEALTH_RENDERED_SHARE"),
        unended_share=settings.getfloat("HEALTH_UNENDED_SHARE"),
        sample=settings.getint("HEALTH_SAMPLE"),
        dead_links=settings.getint("LISTING_MAX_DEAD_LINKS"),
    )
