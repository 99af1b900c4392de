"""Render a generated article as HTML, in the three generations of the site's template and its mobile form."""

from html import escape
from random import Random

from replica.chrome import chrome_after, chrome_before, mobile_after, mobile_before
from replica.markup import MarkupRandomizer
from replica.story import LAYOUT_2026, NEW_CMS, OLD_CMS, Story

APP_LINK = (
    '<span>\n<!--app--><a href="//www.ecns.cn/app/ecns/index.shtml" style="color:#c30000; font-weight:bold;">'
    "ECNS App Download</a><!--app-->\n</span>"
)
TEXT_SIZE = (
    '<div class="textfont"><i>Text:</i><em>A</em><em>A</em><em>A</em>'
    '<a href="javascript:;" onClick="print()">Print</a></div>'
)
HOME = '<span style="padding-left: 15px;">Home /</span>'
PLAYER_MARKS = "<!--新视频播放器1显示start-->\n<!--新视频播放器1显示end-->"
FOLLOW_US = """<p style="text-align:center;">
<a href="//www.facebook.com/echinanews" target="_blank"><img src="//image.cns.com.cn/default/492d4a9c/facebook.jpg"></a>
<a href="//x.com/Echinanews" target="_blank"><img src="//image.cns.com.cn/default/492d4a9c/x.jpg"></a>
</p>"""


def article_page(story: Story, number: int = 1) -> bytes:
    """Return page `number` (from 1) of the article, in the encoding of its generation."""
    rng = Random(f"{story.cms_id} page")
    declared = story.layout != OLD_CMS or rng.random() > 0.1
    parts = (
        _head(story, declared=declared),
        chrome_before(story.layout),
        _headline(story, rng),
        _info(story, rng),
        _body(story, number),
        _related(story),
        chrome_after(story),
    )
    return encoded(story, "\n".join(parts))


def mobile_page(story: Story) -> bytes:
    """Return the mobile page under /m/, which has all parts of the article on one page."""
    rng = Random(f"{story.cms_id} mobile")
    body = "\n".join(piece.html for page in story.pages for piece in page)
    content = f'<div class="content" id="yanse">\n{body}\n{FOLLOW_US}\n</div>'
    parts = (mobile_before(story.title), _headline(story, rng), _info(story, rng), content, mobile_after(story.path))
    return "\n".join(parts).encode()


def encoded(story: Story, html: str) -> bytes:
    """Encode HTML as the generation's server did: the old CMS in GBK, which it labelled gb2312, the others in UTF-8."""
    if story.layout == OLD_CMS:
        return html.encode("gbk", "xmlcharrefreplace")
    return html.encode()


def _head(story: Story, *, declared: bool) -> str:
    charset = "gb2312" if story.layout == OLD_CMS else "utf-8"
    lines = [
        '<!DOCTYPE HTML>\n<html lang="en-US">\n<head>',
        f'<meta charset="{charset}">' if declared else "",
        f"<!--twitter-->{_cards(story)}<!--twitter-->",
        f"<title>{escape(story.title, quote=False)}</title>",
        _publish_comment(story),
    ]
    if story.layout == NEW_CMS:
        variables = f'var wap_url = "http://www.ecns.cn/m{story.path}";\nvar reg_fenye=/-p[0-9]*.shtml$/;'
        lines.append(f"<script>\n{variables}\n</script>")
    return "\n".join([*lines, "</head>\n<body>"])


def _cards(story: Story) -> str:
    """Return the page's metadata; without an abstract, the CMS writes an empty description."""
    if story.layout == OLD_CMS or (story.layout == LAYOUT_2026 and story.summary is None):
        return ""
    picture = next((image["url"] for page in story.pages for piece in page for image in piece.images), None)
    return (
        f'\n<meta name="twitter:card" content="summary_large_image">\n'
        f'<meta name="twitter:title" content="{escape(story.title)}">\n'
        f'<meta name="twitter:description" content="{escape(story.summary or "")}">\n'
        f'<meta name="twitter:image" content="{picture or ""}">\n'
    )


def _publish_comment(story: Story) -> str:
    if story.updated is None:
        return ""
    time = f"{story.updated:%Y-%m-%d %H:%M:%S}"
    if story.layout == OLD_CMS:
        return f"<!--[886,1,{story.cms_id.removeprefix('hd-')}] published at {time} from #10 by 林巧 -->"
    return f"<!--publish at {time}-->"


def _headline(story: Story, rng: Random) -> str:
    home = HOME if story.layout == LAYOUT_2026 else ""
    note = "" if story.layout == OLD_CMS else "<!--中文稿子链接-->\n                "
    title = MarkupRandomizer(rng, 0.02).to_markup(story.title)
    return (
        f'<h3 class="itemtit mart20 bitemblue">{TEXT_SIZE}{home}<span>{escape(story.section)}</span></h3>\n'
        f'<h1 class="contitle" id="contitle">{note}{title}</h1>'
    )


def _info(story: Story, rng: Random) -> str:
    time = f"{story.published:%Y-%m-%d %H:%M}" if story.layout == OLD_CMS else f"{story.published:%Y-%m-%d %H:%M:%S}"
    share_box = (
        f'<div class="floatrgt bshare-custom icon-little" index="0"><div id="share_1"></div>'
        f'<span class="BSHARE_COUNT bshare-share-count">{story.furniture.shares}</span></div>'
    )
    spans = f"<span>{time}</span>{_source(story, rng)}{_editor(story, rng)}{APP_LINK}"
    return f'<div class="downinfo dottlne" style="line-height:41px;overflow:visible;">\n{share_box}\n{spans}</div>'


def _source(story: Story, rng: Random) -> str:
    if story.source is None:
        return rng.choice(("", "<span></span>"))
    marked = story.layout == OLD_CMS and rng.random() < 0.7
    return f"<span><!-- laiyuan-->{story.source}<!-- laiyuan--></span>" if marked else f"<span>{story.source}</span>"


def _editor(story: Story, rng: Random) -> str:
    if story.editor is None:
        return rng.choice(("", "<span>\n</span>", "<span>\nEditor  : </span>"))
    name = escape(story.editor, quote=False)
    if story.layout != OLD_CMS:
        return f"<span>\n<!--desk@chinanews.com.cn-->Editor  : {name}</span>"
    if story.published.year < 2014:
        return f"<span>\nWeb Editor: {name}\n</span>"
    return f"<span>\n<!--editor--><em>Editor: {name}</em><!--editor-->\n</span>"


def _body(story: Story, number: int) -> str:
    pieces = "\n".join(piece.html for piece in story.pages[number - 1])
    pager = _pager(story, number)
    if story.layout == OLD_CMS:
        content = f'{pieces}<div id="function_code_page">{pager}</div>'
    else:
        pager = f'<div id="function_code_page">{pager}</div>' if pager else ""
        content = f"{PLAYER_MARKS}\n<!--正文分页开始-->\n{pieces}\n{pager}<!--正文分页结束-->"
    return f'<div class="content" id="yanse">\n{content}\n{FOLLOW_US}\n</div>'


def _pager(story: Story, number: int) -> str:
    last = len(story.pages)
    if last == 1:
        return ""
    links = [
        f"<span>{page}</span>" if page == number else f'<a href="{story.page_path(page)}">{page}</a>'
        for page in range(1, last + 1)
    ]
    if number < last:
        links.append(f'<a href="{story.page_path(number + 1)}">下一页</a>')
    return " ".join(links)


def _related(story: Story) -> str:
    if not story.furniture.related:
        return "<!--旧系统的相关报道start-->\n<!--旧系统的相关报道end-->"
    items = "".join(
        f'<li><p><a href="http://www.ecns.cn{link.path}">{escape(link.title[:100], quote=False)}</a></p>'
        f"<span>{link.published:%Y-%m-%d}</span></li>\n"
        for link in story.furniture.related
    )
    return (
        '<h3 class="itemtit mart20"><span>Related news</span></h3>\n'
        f'<ul class="newslst02 newslst04 font16 mart5">\n{items}</ul>'
    )
