"""`python -m bench.storing [ARTICLES]`: measure what it costs to compare, check and store the articles of a crawl.

This is what follows the reading of a page, without the engine: the steps of the pipelines, on a site's folder, for
ARTICLES (3,000) new articles, whose links came from listings of 45 before. Prints the least of nine repetitions, in
microseconds of the processor for a link and for an article.
"""

import hashlib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import process_time

from bench.site import NOW
from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.frontier.transitions import Limits, link_changes
from ecnscrawl.items import Article, Image, content_hash
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.endings import Ending
from ecnscrawl.pipelines.dedupe import DedupePipeline
from ecnscrawl.pipelines.recording import Recorder
from ecnscrawl.pipelines.validate import ValidatePipeline
from ecnscrawl.sites.ecns import article_ref
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings, utc_now
from ecnscrawl.visits import FetchResult, Visit

ARTICLES, LINKS, ROUNDS = 3_000, 45, 9
_AGES = (3_600, 10_800, 32_400, 86_400, 172_800)
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def refs(number: int) -> list[ArticleRef]:
    """Return the addresses of articles, whose ids are in no order, as those of the site."""
    digests = (hashlib.blake2b(b"%d" % each, digest_size=4).hexdigest().translate(_LETTERS) for each in range(number))
    urls = (f"https://www.ecns.cn/world/2026-11-20/detail-i{letters}7000000.shtml" for letters in digests)
    return [ref for url in urls if (ref := article_ref(url))]


def visit_of(ref: ArticleRef) -> Visit:
    """Return the visit of an article as a crawl makes it."""
    article = Article(
        id=ref.id,
        url=ref.url,
        site="ecns",
        kind=ref.kind,
        title=f"The ferry {ref.id} opens",
        body="\n\n".join([f"The ferry {ref.id} takes five minutes, and the bridge is closed until spring."] * 10),
        published_at=to_text(NOW),
        published_precision="second",
        fetched_at=to_text(NOW),
        section="World",
        language="en",
        images=[Image(url=f"https://image.cns.com.cn/{ref.id[5:]}.jpg", caption="The ferry. (Photo/CNS)")],
        layout="2026",
    )
    article.content_hash = content_hash(article)
    validators = (CacheValidators(ref.url, '"1"'),)
    return Visit(ref, NOW, FetchResult.READ, article=article, parts=validators, endings=(Ending.MARKED,))


def stored(found: Sequence[ArticleRef], folder: Path) -> tuple[float, float]:
    """Store the articles; return the seconds that their links took, and those that they took themselves."""
    run = FileRun(folder, utc_now, RunSettings())
    run.enter()
    dedupe, validate = DedupePipeline(run), ValidatePipeline(utc_now, article_ref)
    recorder = Recorder(run, Limits(_AGES, pending_attempts=0, pending_backoff=0))
    of_links = of_articles = 0.0
    for first in range(0, len(found), LINKS):
        listed = found[first : first + LINKS]
        begun = process_time()
        with run.changing() as state:
            state.prefetch(ref.id for ref in listed)
            for ref in listed:
                known = state.first_run(ref.id) is not None
                at = int(NOW.timestamp())
                decided = link_changes(ref, "world", is_known=known, pending=None, stated=None, at=at, run=run.number)
                recorder.carry_out(decided, None)
        of_links += process_time() - begun
        visits = [visit_of(ref) for ref in listed]
        begun = process_time()
        for visit in visits:
            dedupe.process_item(visit)
            validate.process_item(visit)
            recorder.note_endings("articles", visit.endings, was_cut=False)
            with run.changing():
                recorder.carry_out(recorder.changes_of(visit), visit.article)
        of_articles += process_time() - begun
    run.finish()
    return of_links, of_articles


def main(words: Sequence[str]) -> None:
    """Measure, and print the least of the rounds."""
    found = refs(int(words[0]) if words else ARTICLES)
    rounds = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            rounds.append(stored(found, Path(name, "ecns")))
    links, articles = (min(each) / len(found) * 1e6 for each in zip(*rounds, strict=True))
    print("| articles | a link, µs | an article, µs |\n| ---: | ---: | ---: |")
    print(f"| {len(found):,} | {links:.1f} | {articles:.1f} |")


if __name__ == "__main__":
    main(sys.argv[1:])
