"""Somebody who crawls a site, and re-extracts its archive or those of others."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.system.archives import DAY, ArchivingCrawl, Page, by_version, records_in
from tests.system.crawling import Ended
from tests.system.newsstand import Story


@dataclass(frozen=True)
class Archivist:
    """Somebody who crawls a site with its pages, and re-extracts them into another folder."""

    crawl: ArchivingCrawl
    out: Path

    def reextract(self, *words: str, files: list[str] | None = None) -> Ended:
        named = self.crawl.archives if files is None else files
        return self.crawl.scrapy("reextract", *named, "--out", str(self.out), *words)

    def assert_equal(self, site: str = "ecns") -> None:
        """Check that each stored version was made again, equal in every key, and nothing else."""
        stored, again = records_in(self.crawl.folder), records_in(self.out / site)
        assert by_version(again) == by_version(stored)
        assert len(stored) > 0


STORY, OTHER = Story(7), Story(8)


def page_of(story: Story, paragraph: str | None = None, days: int = 0) -> Page:
    body = story.page() if paragraph is None else story.page().replace(story.paragraph().encode(), paragraph.encode())
    return Page(story.url, body, DAY + timedelta(days=days))
