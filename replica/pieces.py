"""Make the pieces of an article's body; each has its HTML and the part of the expected record that it contributes."""

from dataclasses import dataclass
from html import escape
from random import Random

from replica import vocabulary
from replica.markup import MarkupRandomizer

TEXT, BYLINE, OTHER, BLANK = "text", "byline", "other", "blank"
PICTURE, CAPTION, PLAYER = "picture", "caption", "player"

BELOW, BELOW_CENTRED, BELOW_UNCREDITED, CREDIT_ALONE = "below", "below centred", "below uncredited", "credit alone"
FIGURE, PICTEXT, ABOVE, BARE = "figcaption", "pictext", "above", "bare"
CAPTIONED_BELOW = (BELOW, BELOW_CENTRED, BELOW_UNCREDITED, CREDIT_ALONE, FIGURE, PICTEXT)

CENTRED = (' style="text-align:center"', ' style="TEXT-ALIGN: center;"', ' align="center"')
NOISE = ("<p>&nbsp;</p>", "<p></p>", "<p>\u3000\u200b</p>", "<!-- image -->", "<script>var ad = '<p>x</p>';</script>")
IMAGE_HOST = "image.cns.com.cn"
PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"

Media = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Piece:
    """`html` as on the page; `paragraphs`, `images` and `videos` (with captions) as in the record."""

    kind: str
    html: str
    paragraphs: tuple[str, ...] = ()
    images: tuple[Media, ...] = ()
    videos: tuple[Media, ...] = ()


class PieceMaker:
    """Makes pieces for one article.

    `folder` is the path of the page's folder, for relative image URLs ("" to make none). `day` becomes part of the
    image URLs.
    """

    def __init__(self, rng: Random, randomizer: MarkupRandomizer, folder: str, day: str) -> None:
        self._rng = rng
        self._markup = randomizer.to_markup
        self._folder = folder
        self._day = day

    def text(self, text: str) -> Piece:
        """A plain paragraph."""
        attributes = self._rng.choice(("", "", "", ' style="text-indent:2em"', ' class="MsoNormal"'))
        return Piece(TEXT, f"<p{attributes}>{self._markup(text)}</p>", (text,))

    def centred_text(self, text: str) -> Piece:
        """A centred paragraph of the text, for an article without pictures."""
        return Piece(TEXT, f"<p{self._rng.choice(CENTRED)}>{self._markup(text)}</p>", (text,))

    def byline(self, names: list[str]) -> Piece:
        """A paragraph `By A, B and C`, which is not part of the record's body."""
        joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        line = escape(f"By {joined}", quote=False)
        return Piece(BYLINE, f"<p><strong>{line}</strong></p>" if self._rng.random() < 0.3 else f"<p>{line}</p>")

    def other(self) -> Piece:
        """A heading, a list, a table or a quotation."""
        make = self._rng.choice((self._heading, self._list, self._table, self._quotation))
        return make()

    def player(self) -> Piece:
        """A video player."""
        address, url = self._address("mp4", "video.cns.com.cn")
        poster, poster_url = self._address("jpg", IMAGE_HOST) if self._rng.random() < 0.7 else ("", None)
        attribute = f' poster="{poster}"' if poster else ""
        if self._rng.random() < 0.3:
            html = f'<video class="video-js" controls src="{address}"{attribute}></video>'
        else:
            html = f'<video id="player" class="video-js" controls{attribute}><source src="{address}" type="video/mp4">'
            html += "</video>"
        return Piece(PLAYER, f'<div class="video_box">{html}</div>', videos=(video(url, poster_url),))

    def picture(self, style: str) -> list[Piece]:
        """A picture with its caption in this style; after ABOVE and BARE a plain paragraph must follow."""
        tag, url = self._image()
        if style == BARE:
            return [self._picture(tag, image(url, None, None))]
        text, credit = self._caption(style)
        of_record = image(url, text, credit)
        centred = style in {BELOW_CENTRED, BELOW_UNCREDITED} or (style == CREDIT_ALONE and self._rng.random() < 0.5)
        attributes = self._rng.choice(CENTRED) if centred else ""
        if style == FIGURE:
            html = f"<figure>{tag}<figcaption>{self._markup(text)}</figcaption></figure>"
            return [Piece(PICTURE, html, images=(of_record,))]
        if style == PICTEXT:
            caption = Piece(CAPTION, f'<div class="pictext">{self._markup(text)}</div>')
        else:
            caption = Piece(CAPTION, f"<p{attributes}>{self._markup(text)}</p>")
        picture = self._picture(tag, of_record)
        if style in {BELOW, BELOW_CENTRED} and self._rng.random() < 0.15:
            return [picture, self.blank(), caption]
        return [caption, picture] if style == ABOVE else [picture, caption]

    def picture_with_far_caption(self) -> tuple[Piece, Piece]:
        """A caption, for the start of the article, and its picture, for further down."""
        tag, url = self._image()
        text, credit = self._caption(BELOW)
        return Piece(CAPTION, f"<p>{self._markup(text)}</p>"), self._picture(tag, image(url, text, credit))

    def credited_text(self) -> Piece:
        """A paragraph that looks like a caption; in an article without pictures it belongs to the body."""
        return self.text(self._caption(BELOW)[0])

    def blank(self) -> Piece:
        """An empty paragraph, as editors leave them; the record does not have it."""
        return Piece(BLANK, "<p>&nbsp;</p>")

    def noise(self) -> Piece:
        """Markup that a reader does not see."""
        return Piece(BLANK, self._rng.choice(NOISE))

    def _picture(self, tag: str, of_record: Media) -> Piece:
        attributes = self._rng.choice((*CENTRED, "")) if of_record["caption"] else self._rng.choice(CENTRED)
        return Piece(PICTURE, f"<p{attributes}>{tag}</p>", images=(of_record,))

    def _caption(self, style: str) -> tuple[str, str | None]:
        text = vocabulary.caption(self._rng)
        if style == BELOW_UNCREDITED or (style in {FIGURE, PICTEXT} and self._rng.random() < 0.3):
            return text, None
        whole, credit = self._rng.choice(vocabulary.CREDITS)
        name = vocabulary.name(self._rng)
        whole, credit = whole.format(name=name), credit.format(name=name)
        return (whole if style == CREDIT_ALONE else f"{text} {whole}"), credit

    def _image(self) -> tuple[str, str]:
        address, url = self._address("jpg", IMAGE_HOST)
        lazy = self._rng.random()
        if lazy < 0.08:
            return f'<img src="{PIXEL}" data-src="{address}" alt="">', url
        if lazy < 0.16:
            return f'<img class="lazy" src="{PIXEL}" data-original="{address}">', url
        return f'<img src="{address}" alt="" />', url

    def _address(self, extension: str, host: str) -> tuple[str, str]:
        """Return a URL as written on the page, and the same URL absolute."""
        name = f"{self._rng.randrange(16**12):012x}.{extension}"
        spelling = self._rng.random()
        if spelling < 0.1:
            path = f"/part/{self._day}/{name}"
            return path, f"https://www.ecns.cn{path}"
        if spelling < 0.2 and self._folder:
            return name, f"https://www.ecns.cn{self._folder}{name}"
        path = f"{host}/ecns_editor/{self._day}/{name}"
        return f"{self._rng.choice(('https:', 'http:', '', ''))}//{path}", f"https://{path}"

    def _heading(self) -> Piece:
        text = vocabulary.phrase(self._rng)
        tag = self._rng.choice(("h2", "h3", "h4"))
        return Piece(OTHER, f"<{tag}>{self._markup(text)}</{tag}>", (text,))

    def _list(self) -> Piece:
        texts = tuple(vocabulary.phrase(self._rng) for _ in range(self._rng.randint(2, 5)))
        items = "\n".join(f"<li>{self._markup(text)}</li>" for text in texts)
        tag = self._rng.choice(("ul", "ol"))
        return Piece(OTHER, f"<{tag}>\n{items}\n</{tag}>", texts)

    def _table(self) -> Piece:
        width = self._rng.randint(2, 4)
        rows = [[vocabulary.phrase(self._rng) for _ in range(width)] for _ in range(self._rng.randint(2, 4))]
        html = "\n".join(self._row(row, "td" if number else "th") for number, row in enumerate(rows))
        texts = tuple(" | ".join(row) for row in rows)
        return Piece(OTHER, f'<table border="1"><tbody>\n{html}\n</tbody></table>', texts)

    def _row(self, cells: list[str], tag: str) -> str:
        return f"<tr>{''.join(f'<{tag}>{self._markup(cell)}</{tag}>' for cell in cells)}</tr>"

    def _quotation(self) -> Piece:
        text = vocabulary.sentence(self._rng)
        return Piece(OTHER, f"<blockquote><p>{self._markup(text)}</p></blockquote>", (text,))


def image(url: str, caption: str | None, credit: str | None) -> Media:
    """An image as in the record."""
    return {"url": url, "caption": caption, "credit": credit}


def video(url: str, poster: str | None) -> Media:
    """A video as in the record."""
    return {"url": url, "poster": poster, "caption": None}
