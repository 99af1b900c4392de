"""Plan generated articles: article n depends only on the seed and `now`, not on the number of articles."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from replica import vocabulary
from replica.composition import Composer, Composition
from replica.markup import MarkupRandomizer
from replica.pieces import PieceMaker
from replica.sections import SECTIONS, Section
from replica.story import CHINA, LAYOUT_2026, NEW_CMS, OLD_CMS, Furniture, Link, Story

OLD_CMS_ENDS = datetime(2018, 5, 25, tzinfo=CHINA)
LAYOUT_2026_BEGINS = datetime(2026, 1, 1, tzinfo=CHINA)
OLD_YEARS = (datetime(2013, 3, 1, tzinfo=CHINA), datetime(2018, 5, 24, tzinfo=CHINA))
NEW_YEARS = (datetime(2018, 6, 1, tzinfo=CHINA), datetime(2025, 12, 30, tzinfo=CHINA))
RECENT_DAYS = 30
OLD_SHARE, NEW_SHARE = 0.1, 0.22  # of all articles; the rest are of the days before `now`
LETTERS = "bcdefghjkmnpqrtvwxyz"
PHOTO, VIDEO = SECTIONS[-2], SECTIONS[-1]
FIRST_ID, FIRST_TWIN_ID, FIRST_OLD_ID = 1_000_000, 5_000_000, 60_000


class Newsroom:
    """Writes the articles of one seed. `now` has a time zone; no article is later, unless its time is passed."""

    def __init__(self, seed: int, now: datetime) -> None:
        self._seed = seed
        self._now = now.astimezone(CHINA).replace(microsecond=0)

    def story(self, number: int, at: datetime | None = None) -> Story:
        """Return the article with this number, published `at` that time if it is given."""
        rng = self._rng(f"story {number}")
        published = at.astimezone(CHINA).replace(microsecond=0) if at else self._time(rng)
        layout = _layout(published)
        if layout == OLD_CMS:
            published = published.replace(second=0)  # its info line has minutes only
        section = self._section(rng)
        cms_id, path = self._address(rng, number, section, layout, published)
        noise_share = rng.choice((0.0, 0.0, 0.02, 0.06))
        twinned = self._is_twinned(number, path)
        folder = "" if twinned else path.rpartition("/")[0] + "/"
        maker = PieceMaker(rng, MarkupRandomizer(rng, noise_share), folder, f"{published:%Y/%m-%d}")
        spaced = layout == LAYOUT_2026 and rng.random() < 0.5
        composition = _compose(Composer(rng, maker, published, spaced=spaced), section)
        return Story(
            cms_id=cms_id,
            path=path,
            layout=layout,
            title=vocabulary.headline(rng),
            section=section.name,
            published=published,
            updated=self._updated(rng, published, layout, at),
            source=None if rng.random() < 0.06 else rng.choice(vocabulary.SOURCES),
            editor=None if rng.random() < 0.06 else vocabulary.name(rng),
            summary=_summary(rng, layout),
            authors=tuple(composition.authors),
            dateline=composition.dateline,
            pages=tuple(tuple(page) for page in composition.pages),
            furniture=Furniture(shares=rng.randrange(400)),
            features=frozenset(composition.features | ({"lively"} if noise_share else set())),
        )

    def twin(self, number: int, story: Story) -> Story | None:
        """Return an exact copy of a gallery under /photo/ with another id, or None if this article has no twin."""
        if not self._is_twinned(number, story.path):
            return None
        cms_id = f"{story.cms_id[:-7]}{FIRST_TWIN_ID + number}"
        path = story.path.replace("/hd/", "/photo/").replace(story.cms_id, cms_id)
        return replace(story, cms_id=cms_id, path=path, features=story.features | {"twin"})

    def add_furniture(self, story: Story, others: Sequence[Link]) -> Story:
        """Return the article with related stories and a strip of pictures, chosen from `others`."""
        rng = self._rng(f"furniture {story.cms_id}")
        chosen = [link for link in rng.sample(others, min(len(others), 7)) if link.path != story.path]
        furniture = replace(story.furniture, related=tuple(chosen[:2]), strip=tuple(chosen[2:]))
        return replace(story, furniture=furniture)

    def _rng(self, name: str) -> Random:
        return Random(f"{self._seed} {name}")

    def _time(self, rng: Random) -> datetime:
        share = rng.random()
        first, last = self._now - timedelta(days=RECENT_DAYS), self._now
        if share < NEW_SHARE:
            first, last = OLD_YEARS if share < OLD_SHARE else NEW_YEARS
        return first + timedelta(seconds=rng.randrange(1, int((last - first).total_seconds())))

    def _updated(self, rng: Random, published: datetime, layout: str, at: datetime | None) -> datetime | None:
        if rng.random() < 0.06:
            return None
        minutes = 0 if rng.random() < 0.4 else rng.randrange(180)
        seconds = rng.randrange(1, 60) if layout == OLD_CMS or minutes else 0
        updated = published + timedelta(minutes=minutes, seconds=seconds)
        return updated if at is None and updated <= self._now else published

    def _section(self, rng: Random) -> Section:
        share = rng.random()
        if share < 0.12:
            return PHOTO
        return VIDEO if share < 0.18 else rng.choice(SECTIONS[:-2])

    def _address(self, rng: Random, number: int, section: Section, layout: str, day: datetime) -> tuple[str, str]:
        if layout == OLD_CMS:
            return _old_address(rng, number, section, day)
        folder = section.path_2026 if layout == LAYOUT_2026 else section.path_new
        if section is PHOTO and rng.random() < 0.6:
            folder = "hd"
        batch = self._rng(f"batch {day:%Y-%m}")
        cms_id = f"ih{''.join(batch.choices(LETTERS, k=6))}{FIRST_ID + number}"
        return cms_id, f"/{folder}/{day:%Y-%m-%d}/detail-{cms_id}.shtml"

    def _is_twinned(self, number: int, path: str) -> bool:
        return path.startswith("/hd/") and self._rng(f"twin {number}").random() < 0.4


def _layout(published: datetime) -> str:
    if published < OLD_CMS_ENDS:
        return OLD_CMS
    return NEW_CMS if published < LAYOUT_2026_BEGINS else LAYOUT_2026


def _old_address(rng: Random, number: int, section: Section, day: datetime) -> tuple[str, str]:
    """Return id and path: /2013/06-21/69606.shtml, or with a section before it.

    /visual/hd/ has its own sequence of numbers, which overlaps with the others.
    """
    folder = f"/{section.path_old}" if section.path_old else ""
    if section is PHOTO and rng.random() < 0.5:
        return f"hd-{FIRST_OLD_ID + number - 1}", f"/visual/hd/{day:%Y/%m-%d}/{FIRST_OLD_ID + number - 1}.shtml"
    return f"{FIRST_OLD_ID + number}", f"{folder}/{day:%Y/%m-%d}/{FIRST_OLD_ID + number}.shtml"


def _compose(composer: Composer, section: Section) -> Composition:
    if section is PHOTO:
        return composer.gallery()
    return composer.video() if section is VIDEO else composer.article()


def _summary(rng: Random, layout: str) -> str | None:
    """Return an abstract or None: most pages of the new CMS have one, some of 2026, none of the old CMS."""
    share = {OLD_CMS: 0.0, NEW_CMS: 0.8, LAYOUT_2026: 0.3}[layout]
    return vocabulary.sentence(rng) if rng.random() < share else None
