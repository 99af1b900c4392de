"""Recognize the photo credit in a caption, in the forms of agencies in many languages."""

import re

_WORDS = (
    "photograph|photographer|photos?|pic|picture|image|crédits? photos?|crédits?|credits?|fotos?|fotografía|fotograf",
    "bild|bilder|quelle|source|immagine|imagen|imagem|zdjęcie|fot|kuva|foto ilustrasi|ảnh|фото|צילום|تصوير|صورة",
)
# A word for `photo`, and who took it: Photo: Ana Ruiz | Foto von Jonas Weber | Фото: ТАСС | 摄影：李明
_LABELLED = re.compile(
    rf"(?:\b(?:{'|'.join(_WORDS)})\.?(?:\s?[:：/]\s?|\s(?:by|von|av|par|courtesy of)\s)"
    r"|(?:摄影|攝影|撮影|写真|사진|图片来源|图源)\s?[:：/=]?\s?)(?P<credit>[^:]{2,100}?)\s?[)\]）】.。]*\Z",
    re.IGNORECASE,
)
# © AFP | Copyright 2026 Harbour Pictures
_COPYRIGHT = re.compile(
    r"(?:©|\bcopyright\b|\(c\))\s?(?:©\s?)?(?:(?:19|20)\d\d\s)?(?P<credit>[^©:]{2,100}?)\s?[)\].]*\Z", re.IGNORECASE
)
_AGENCIES = (
    "AFP|AP|AP Photo|Associated Press|Reuters|REUTERS|EPA|EFE|dpa|APA|ANSA|Xinhua|TASS|ТАСС|РИА Новости|Getty Images",
    "Getty|iStock|Shutterstock|Bloomberg|Alamy|Keystone|Belga|NTB|TT|Lehtikuva|Ritzau Scanpix|PA|PA Wire|PA Images",
    "Imago|IMAGO|picture alliance|ZUMA|Anadolu|AA|PTI|ANI|Yonhap|Kyodo|Jiji|Europa Press|LaPresse|Unsplash|Pixabay",
    "Adobe Stock|Handout|新华社|中新社|共同社|共同通信|共同|時事通信|時事|ロイター|연합뉴스",
    "رويترز|أ ف ب|أ\\.ف\\.ب\\.?|فرانس برس|أ ب|أسوشيتد برس|د ب أ|الأناضول|شينخوا|غيتي إيمجز|غيتي",
)
_AGENCY = rf"(?:{'|'.join(_AGENCIES)})"
_SHARED = rf"(?:[^()\[\]（）.|:]{{2,60}}(?:/| via ))?{_AGENCY}(?:(?:/| via )[^()\[\]/:]{{2,40}}){{0,2}}"
# An agency alone or with its photographer: in brackets, or at the end: (AP Photo/Ana Ruiz) | … - Mara Lind/dpa
_IN_BRACKETS = re.compile(rf"[(\[（【]\s?(?P<credit>{_SHARED})\s?[)\]）】]\.?\Z")
_AT_END = re.compile(rf"(?:\A|[.!?”\"»]\s|\s[-–—|]\s)(?P<credit>{_SHARED})\.?\Z")
# Japanese: （佐藤花子撮影） | ＝25日、佐藤花子撮影 | （潮見鉄道提供） | ＝共同. Not ＝2019年撮影, ドローンで撮影.
_JAPANESE = re.compile(
    r"[（(＝=【]\s?(?:[^（()）＝=【】]{0,80}(?:[、,]|で(?![ぁ-ん])))?"
    r"(?P<credit>(?![昨今先前同当翌]|[^（()）＝=【】、,。]{0,20}[年月時\d])[^（()）＝=【】、,。\s][^（()）＝=【】、,。]{1,20}?(?<![にでをがはもからへ日無]))"
    r"(?:撮影|提供)\s?[)）】]?。?\Z"
)
_AFTER_EQUALS = re.compile(rf"[＝=]\s?(?P<credit>{_AGENCY}(?:{_AGENCY})?)[)）]?\Z")
_MAX_LENGTH = 300  #: characters of a caption's end


def credit_in(caption: str) -> str | None:
    """Return the credit at the end of a caption, as written, without the word for `photo`.

    >>> credit_in("The piano on deck. Photo: Summer Swann"), credit_in("Das Klavier. © Mara Lind/dpa")
    ('Summer Swann', 'Mara Lind/dpa')
    >>> credit_in("The harbour at dawn (AP Photo/Ana Ruiz)"), credit_in("The harbour at dawn")
    ('AP Photo/Ana Ruiz', None)
    """
    for form in (_IN_BRACKETS, _JAPANESE, _AFTER_EQUALS, _COPYRIGHT, _LABELLED, _AT_END):
        if match := form.search(caption[-_MAX_LENGTH:]):
            credit = match["credit"].strip(" -–—|")
            is_name = bool(credit) and (not credit[0].islower() or re.match(_AGENCY, credit) is not None)
            return credit if is_name else None
    return None
