"""Describe by numbers the elements around a block: their names, their tags, and how much text and links they hold."""

from collections.abc import Sequence

from ecnscrawl.pages.generic.hints import HIDDEN, HINTS, MARKED
from ecnscrawl.pages.generic.visible import Place, VisibleText

_CLOSE = 3  #: elements around a block whose names count as near
_SENTENCE = 80  #: letters; a text of this length with few links is taken for sentences
_MAX_DEPTH, _MAX_BLOCKS = 40, 100


class Surroundings:
    """The numbers of all places of a page."""

    def __init__(self, visible: VisibleText, letters: int) -> None:
        self._places = visible.places
        self._letters = letters
        _measure(visible)
        self._top = max(range(len(self._places)), key=lambda number: self._places[number].rank, default=-1)
        self._top_rank = self._places[self._top].rank if self._places else 0.0
        self._above_top = set(visible.chain(self._top))
        self._outer: dict[int, list[float]] = {}
        self._bits: dict[tuple[int, int], list[float]] = {}
        self._up: dict[int, tuple[int, int]] = {}

    def numbers(self, number: int) -> list[float]:
        """Return the numbers of a place: they begin with its depth, and then say what its names and tags mean."""
        places = self._places
        place = places[number]
        near = place.own
        outer = place.parent
        for _ in range(_CLOSE - 1):
            if outer >= 0:
                near |= places[outer].own
                outer = places[outer].parent
        up, common = self._steps(number)
        return [
            min(place.depth, _MAX_DEPTH),
            *self._of_bits(near, place.around),
            float(up >= 0),
            up,
            common,
            *self._of_outer(place.parent if place.parent >= 0 else number),
        ]

    def _steps(self, number: int) -> tuple[int, int]:
        """How many steps it is up to the best place, -1 if it is not above; and up to any place above or at it."""
        if number in self._up:
            return self._up[number]
        chain = []
        while number >= 0 and number not in self._up:
            chain.append(number)
            number = self._places[number].parent
        for each in reversed(chain):
            up, common = self._up.get(self._places[each].parent, (-1, 0))
            up = 0 if each == self._top else up + 1 if up >= 0 else -1
            self._up[each] = (up, 0 if each in self._above_top else common + 1)
        return self._up[chain[0]]

    def _of_bits(self, near: int, around: int) -> list[float]:
        key = (near, around)
        if key not in self._bits:
            named = [float(near >> bit & 1) + float(around >> bit & 1) for bit in range(len(HINTS))]
            tagged = [float(around >> bit & 1) for bit in range(len(HINTS), len(HINTS) + len(MARKED))]
            self._bits[key] = [*named, *tagged, float(bool(around & HIDDEN))]
        return self._bits[key]

    def _of_outer(self, number: int) -> list[float]:
        """How much text, links and sentences the place and the next two around it hold."""
        row = self._outer.get(number)
        if row is None:
            row = self._outer[number] = []
            for _ in range(3):
                outer = self._places[number]
                letters = outer.letters or 1
                row += [
                    letters / self._letters,
                    outer.link_letters / letters,
                    min(outer.blocks, _MAX_BLOCKS),
                    outer.sentences / outer.blocks if outer.blocks else 0.0,
                    outer.rank / self._top_rank if self._top_rank else 0.0,
                ]
                number = outer.parent if outer.parent >= 0 else number
        return row


def _measure(visible: VisibleText) -> None:
    """Count what each place holds in all, and rank it by the sentences in it and in its children."""
    places = visible.places
    own: dict[int, int] = {}
    for block in visible.blocks:
        place = places[block.place]
        letters = len(block.text)
        place.letters += letters
        place.link_letters += min(letters, block.link_letters)
        place.blocks += 1
        if letters >= _SENTENCE and block.link_letters * 3 < letters:
            place.sentences += 1
            own[block.place] = own.get(block.place, 0) + letters
    for number, letters in own.items():
        _lift(places, number, letters)
    for place in reversed(places):
        if place.parent >= 0:
            outer = places[place.parent]
            outer.letters += place.letters
            outer.link_letters += place.link_letters
            outer.blocks += place.blocks
            outer.sentences += place.sentences


def _lift(places: Sequence[Place], number: int, letters: int) -> None:
    """Let sentences count for the places around theirs, as in readability: the nearest most."""
    share = 1.0
    for _ in range(3):
        number = places[number].parent
        if number < 0:
            return
        places[number].rank += letters * share
        share *= 0.6
