"""Render what surrounds an article on its page: header, navigation, links to other stories, footer."""

from html import escape

from replica.story import LAYOUT_2026, OLD_CMS, Link, Story

SECTION_LINKS = "".join(
    f'<li><a href="{path}">{name}</a></li>'
    for path, name in (("/", "Home"), ("/news/", "News"), ("/business/", "Business"), ("/photo/", "Photo"))
)
OLD_BAR = f"""<div id="navout">
<div class="headertop"><a href="/"><img src="/images/head/logo.gif" alt="" /></a></div>
<div class="mainnavbox posr"><div class="mainnavins"><span class="floatrgt"><span>
<!--[886,4,1] published at 2018-05-25 00:01:02 from #202 by system-->
Friday May 25, 2018</span> <a href="http://www.chinanews.com/">中文</a></span>
<ul class="mainnav inblock">{SECTION_LINKS}</ul></div></div>
</div>"""
NEW_BAR = f"""<div id="navout" style="width: 100%;top: 0;left: 0;z-index: 99999">
<div class="headertop"><a href="/"><img src="/images/head/logo.gif" alt=""></a></div>
<div class="mainnavbox posr"><div class="mainnavins"><ul class="mainnav inblock">{SECTION_LINKS}</ul></div></div>
</div>"""
BAR_2026 = """<header class="header"><div class="container">
<a href="//www.ecns.cn/"><img class="logo" src="https://image.cns.com.cn/default/358008ac/20260127/logo.png"></a>
<span class="date floatrgt">Monday | <a href="//www.chinanews.com.cn/">中文</a></span>
</div>
<nav class="nav"><div class="container"><a href="/">Home</a><span class="line"></span><a href="/news/">News</a>
<span class="line"></span><a href="/cns-wire/">Ecns Wire</a><span class="line"></span><a href="/scroll/">More</a>
</div></nav></header>"""
FOOT = """<div class="linebox">LINE</div>
<div class="foottip"><div class="bdybox tipins"><a class="floatrgt" href="#" target="_self">Back to top</a>
<a href="/aboutus.shtml">About Us</a> | <a href="/jobs.shtml">Jobs</a> | <a href="/contactus.shtml">Contact Us</a>
</div></div>
<div class="bdybox footbot"><div class="overhid floatlft">Copyright &copy; Chinanews.com. All rights reserved.<br />
[京ICP证040655号]</div></div>
</body>
</html>"""
MORE = '<h3 class="itemtit mart20"><a class="m" href="/{0}/">More</a><span>{1}</span></h3>'


def chrome_before(layout: str) -> str:
    """Return the HTML from the start of `<body>` to the article."""
    bar = {OLD_CMS: OLD_BAR, LAYOUT_2026: BAR_2026}.get(layout, NEW_BAR)
    return f'{bar}\n<div class="bdybox">\n<div class="bdylft floatlft marr20">'


def chrome_after(story: Story) -> str:
    """Return the HTML from the article to the end of the file.

    Since 2026 the file ends in a second publish comment, which belongs to a part of the page and not to the article.
    """
    strip = story.furniture.strip
    ranking = "" if story.layout == LAYOUT_2026 else _ranking(strip[:3])
    parts = [
        '<div class="overhid">\n<div class="picshowtit mart30">',
        '<a class="frt" href="/photo/">More</a><span>Photo</span></div>',
        f'<ul class="picshowlist inblock">{_pictures(strip[:4])}</ul></div>\n</div>',
        '<div class="overhid">\n<h3 class="itemtit mart20"><span>Most popular in 24h</span></h3>',
        f'<ul class="newslst02 font16 mart5" id="rank24">{ranking}</ul>',
        MORE.format("top_news", "Top news"),
        f'<ul class="newslst02 font16 mart5">{_ranking(strip[1:4])}</ul>',
        MORE.format("video", "Video"),
        f'<ul class="picshowlist picwraper movielst inblock">{_pictures(strip[4:])}</ul></div>\n</div>',
        FOOT,
    ]
    if story.layout == LAYOUT_2026:
        parts.append(f"<!--published at {story.last_change:%Y-%m-%d %H:%M}:59 by-->" if story.updated else "")
    return "\n".join(parts)


def mobile_before(title: str) -> str:
    """Return the start of a mobile page, whose title ends in the site's name."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<title>{escape(title, quote=False)}-Ecns.cn</title>\n</head>\n<body class="wap">\n'
        '<nav class="m-nav"><a href="/m/">Home</a></nav>\n<section class="m-main">'
    )


def mobile_after(path: str) -> str:
    """Return the end of a mobile page."""
    return f'</section>\n<footer class="m-foot"><a href="{path}?pc">Desktop version</a></footer>\n</body>\n</html>'


def _pictures(links: tuple[Link, ...]) -> str:
    return "".join(
        f'<li><a href="//www.ecns.cn{link.path}"><img src="//image.cns.com.cn/ecns_editor/transform/{number}.jpg"'
        f' width="190" height="127" alt="{escape(link.title)}" /></a>'
        f'<h3><a href="//www.ecns.cn{link.path}">{escape(link.title, quote=False)}</a></h3></li>'
        for number, link in enumerate(links)
    )


def _ranking(links: tuple[Link, ...]) -> str:
    return "".join(
        f'<li><em></em><a href={link.path}>{escape(link.title, quote=False)}</a><div class="clear"></div></li>'
        for link in links
    )
