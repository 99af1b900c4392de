"""Request what earlier runs left: links not stored yet, and articles to check for corrections."""

from collections.abc import Iterator

from scrapy import Request

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_crawler import ArticleCrawler
from ecnscrawl.sites.base import SiteProfile

_AT_ONCE = 500  # ids of which the state reads together what is known


def unfinished_requests(context: CrawlContext, profile: SiteProfile, articles: ArticleCrawler) -> Iterator[Request]:
    """Yield the requests for pending articles, then for those that are due to be checked again."""
    arguments, run = context.arguments, context.run
    now = int(run.clock().timestamp())
    all_pending = run.state.all_pending()
    outlook = context.stats.outlook
    outlook.left_over += len(all_pending)
    for number, pending in enumerate(all_pending):
        if number % _AT_ONCE == 0:
            run.state.prefetch(each.id for each in all_pending[number : number + _AT_ONCE])
        outlook.left_over -= 1
        ref = profile.article_ref(pending.url)
        if ref and arguments.includes_listing(pending.listing):
            yield from articles.request_article(ref, pending.listing, is_left_over=True)
    if arguments.recheck == "none":
        return
    oldest_age = max(run.settings.recheck_ages, default=0)
    youngest = now - oldest_age if arguments.recheck == "all" else None
    due = list(run.state.due(now, youngest))
    outlook.left_over += len(due)
    for number, known in enumerate(due):
        if number % _AT_ONCE == 0:
            run.state.prefetch(each.id for each in due[number : number + _AT_ONCE])
        outlook.left_over -= 1
        ref = profile.article_ref(known.url)
        if ref and known.alias_of is None and arguments.includes_listing(known.listing):
            yield from articles.request_article(ref, known.listing, force=True)
