"""The words beside a day that say what happened on it: publication, an update, or what the article tells of."""

import re
from collections.abc import Sequence

from ecnscrawl.pages.generic.byline_words import STARTS
from ecnscrawl.pages.generic.date_forms import FoundDate

#: What stands before the day of an update, or in the name of its element.
UPDATED = re.compile(
    r"updat|modif|edited|revis|aktualisiert|geändert|mis à jour|mise à jour|actualizad|atualizad|aggiornat|bijgewerkt"
    r"|zaktualizowan|обновл|更新|最終更新|수정|güncelle"
    r"|diperbarui|cập nhật|تحديث|עודכן|uppdater|oppdater|opdater|päivitet",
    re.IGNORECASE,
)
# What stands before the day of publication.
_PUBLISHED = re.compile(
    r"publish|posted|post(?:ed)? on|created|written|releas|issued|added|veröffentlicht|erschienen|erstellt|stand|publié"
    r"|paru|publicad|pubblicat|gepubliceerd|geplaatst|opublikowan|publicer|publisert|julkaistu|yayın|опубликован|дата"
    r"|发布|發布|公開|掲載|입력|نشر|פורסם",
    re.IGNORECASE,
)
# What stands before a day that is not that of publication: of an event, of figures, of a source.
_OTHER_DAY = re.compile(
    r"(?:(?<!\w)(?:as of|accessed|retrieved|recorded|ends?|ending|starts?|starting|begins?|beginning|opens?|until|till"
    r"|through|from|since|before|after|expires?|due|deadline|valid|born|died|founded|between|effective|bis|ab|seit"
    r"|jusqu['’]au|depuis|dès|hasta|desde|fino al|dal|até|до|с|截至)(?: (?:on|zum|dem|le|el))?\W{0,3}|\d ?[-–—] ?)\Z",
    re.IGNORECASE,
)
_ON = re.compile(r"(?<!\w)(?:on|am|le|el|il|den|op|em)\s*\Z", re.IGNORECASE)
_TO = re.compile(r"\s*(?:[-–—]|to|until|bis|au|al|a|till|до|至|から)\s*", re.IGNORECASE)
_MAX_SMALL = 2  #: words before a day that begin with a small letter: a sentence or a caption has more


def is_told(text: str, one: FoundDate, found: Sequence[FoundDate]) -> bool:
    """Return whether a text tells of what happens on a day: the festival opens on 3 August 2026, 1-3 August 2026."""
    before = text[: one.start]
    if _OTHER_DAY.search(before) and not _PUBLISHED.search(before):
        return True
    between = (text[min(one.end, other.end) : max(one.start, other.start)] for other in found if other != one)
    if any(_TO.fullmatch(words) for words in between):
        return True
    if _PUBLISHED.search(before) or UPDATED.search(before) or STARTS.match(before):
        return False
    said = _ON.sub("", before)
    small = sum(word[0].islower() for word in said.split())
    return small > (0 if said != before else _MAX_SMALL)
