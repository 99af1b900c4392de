"""Compose a generated article from pieces, such that the contract clearly decides how each piece is recorded."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from replica import pieces, vocabulary
from replica.listing_page import AP_MONTHS
from replica.pieces import Piece, PieceMaker

DASHES = ("--", "--", "—")
STYLES_IN_TEXT = (*pieces.CAPTIONED_BELOW, pieces.ABOVE, pieces.BARE)
PAGE_COUNTS = (1, 1, 1, 1, 1, 1, 1, 2, 3)
STYLES_IN_GALLERIES = tuple(style for style in pieces.CAPTIONED_BELOW if style != pieces.CREDIT_ALONE)


@dataclass
class Composition:
    """The pieces of each page, and the authors and dateline that the text states."""

    pages: list[list[Piece]] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    dateline: str | None = None
    features: set[str] = field(default_factory=set)


class Composer:
    """Composes one article; each method names the rule that keeps its pieces unambiguous.

    `spaced` puts a blank paragraph after each piece, as many pages of 2026 do.
    """

    def __init__(self, rng: Random, maker: PieceMaker, published: datetime, *, spaced: bool) -> None:
        self._rng = rng
        self._maker = maker
        self._published = published
        self._spaced = spaced
        self._composition = Composition()

    def gallery(self) -> Composition:
        """Pictures with their captions, all in one style, with or without a paragraph before them."""
        intro = [self._maker.text(vocabulary.paragraph(self._rng))] if self._chance(0.4) else []
        style = self._rng.choice(STYLES_IN_GALLERIES)
        pictures = [self._maker.picture(style) for _ in range(self._rng.randint(1, 9))]
        self._note("gallery", style, *(() if intro else ("no body",)))
        return self._paged([intro, *pictures] if intro else pictures, parts=1)

    def video(self) -> Composition:
        """A video player, and up to three paragraphs below it."""
        texts = [[self._maker.text(vocabulary.paragraph(self._rng))] for _ in range(self._rng.randint(0, 3))]
        self._note("video", *(() if texts else ("no body",)))
        return self._paged([[self._maker.player()], *texts], parts=1)

    def article(self) -> Composition:
        """Paragraphs with pictures, lists, tables and headings between them."""
        kind = self._rng.random()
        # Caption-like text has no dateline and no byline before it: it would be arguable which of them comes first.
        caption_like = 0.42 <= kind < 0.5
        units = [[piece] for piece in self._paragraphs(dated=not caption_like and self._chance(0.3))]
        if kind < 0.35:
            self._add_pictures(units)
        elif kind < 0.42:
            self._add_far_captioned(units)
        elif caption_like:
            units.insert(0, [self._rng.choice((self._maker.credited_text, self._centred))()])
            self._note("caption-like text")
        plain = not {"caption-like text", "far caption"} & self._composition.features
        self._add_others(units)
        self._add_byline(units, may_be_first=plain)
        return self._paged(units, self._rng.choice(PAGE_COUNTS) if plain else 1)

    def _paragraphs(self, *, dated: bool) -> list[Piece]:
        texts = [vocabulary.paragraph(self._rng) for _ in range(self._rng.choice((1, 2, 3, 4, 5, 6, 7, 9)))]
        if dated:
            texts[0] = f"{self._dateline()} {texts[0]}"
        return [self._maker.text(text) for text in texts]

    def _dateline(self) -> str:
        """`BEIJING, Sept. 30 (Xinhua) --`, or `(ECNS) --`, which names no place."""
        dash = self._rng.choice(DASHES)
        if self._chance(0.3):
            self._note("dateline without place")
            return f"(ECNS) {dash}"
        self._note("dateline")
        place = self._composition.dateline = self._rng.choice(vocabulary.CITIES)
        day = f"{AP_MONTHS[self._published.month - 1]} {self._published.day}"
        return f"{place}, {day} ({'Xinhua' if place.isupper() else 'ECNS'}) {dash}"

    def _add_pictures(self, units: list[list[Piece]]) -> None:
        """Insert pictures before plain paragraphs, which cannot be mistaken for more of the caption."""
        places = self._rng.sample(range(len(units)), min(len(units), self._rng.randint(1, 3)))
        for place in places:
            style = self._rng.choice(STYLES_IN_TEXT)
            units[place] = [*self._maker.picture(style), *units[place]]
            self._note(style)
        if self._chance(0.2):
            style = self._rng.choice(pieces.CAPTIONED_BELOW)
            units.append(self._maker.picture(style))
            self._note(style, "picture last")

    def _add_far_captioned(self, units: list[list[Piece]]) -> None:
        """Insert a single picture whose caption is the article's first paragraph."""
        caption, picture = self._maker.picture_with_far_caption()
        if len(units) == 1:
            units.append([self._maker.text(vocabulary.paragraph(self._rng))])
        place = self._rng.randrange(1, len(units))
        units[place] = [picture, *units[place]]
        units[0] = [caption, *units[0]]
        self._note("far caption")

    def _centred(self) -> Piece:
        return self._maker.centred_text(vocabulary.sentence(self._rng))

    def _add_others(self, units: list[list[Piece]]) -> None:
        """Insert lists, tables and the like after plain paragraphs, so that first paragraphs and captions stay put."""
        for unit in units:
            if unit[-1].kind == pieces.TEXT and self._chance(0.08):
                unit.append(self._maker.other())
                self._note("other")

    def _add_byline(self, units: list[list[Piece]], *, may_be_first: bool) -> None:
        """Insert a byline at the start, after the opening picture, or at the end unless a picture ends the article."""
        if not self._chance(0.15):
            return
        names = [vocabulary.name(self._rng) for _ in range(self._rng.randint(1, 3))]
        if len(set(names)) < len(names):
            return
        byline = self._maker.byline(names)
        if may_be_first and self._chance(0.6):
            first = next(i for i, piece in enumerate(units[0]) if piece.kind == pieces.TEXT)
            captioned = any(image["caption"] for image in units[0][0].images)
            units[0].insert(first if captioned and self._chance(0.5) else 0, byline)
            self._note("byline first")
        elif "picture last" not in self._composition.features:
            units.append([byline])
            self._note("byline last")
        else:
            return
        self._composition.authors = names

    def _paged(self, units: list[list[Piece]], parts: int) -> Composition:
        """Split the article into pages before plain paragraphs, with noise between units, where it has no meaning."""
        cuts = [i for i, unit in enumerate(units) if i and unit[0].kind == pieces.TEXT]
        chosen = sorted(self._rng.sample(cuts, min(len(cuts), parts - 1)))
        if chosen:
            self._note("paged")
        for start, end in zip([0, *chosen], [*chosen, len(units)], strict=True):
            page = []
            for unit in units[start:end]:
                page += [*unit, *([self._maker.noise()] if self._spaced or self._chance(0.05) else [])]
            self._composition.pages.append(page)
        return self._composition

    def _note(self, *features: str) -> None:
        self._composition.features.update(features)

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share
