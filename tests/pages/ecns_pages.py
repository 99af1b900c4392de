"""Pages of www.ecns.cn as its CMS writes them, with any part in another form."""

from ecnscrawl.pages.base import Extraction, read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage

URL = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
OLD_URL = "https://www.ecns.cn/2014/05-06/112233.shtml"
TEXT = "The ferry was late again, and nobody on the pier was surprised by that."
INFO = "<span>2026-11-23 15:30:00</span><span>Xinhua</span><span>Editor  : Huang Fang</span><span><a href=/app>ECNS App Download</a></span>"
SHARE = (
    '<p style="text-align:center;"><a href="//www.facebook.com/echinanews"><img src="//image.cns.com.cn/facebook.jpg"></a>'
    ' <a href="//x.com/Echinanews"><img src="//image.cns.com.cn/x.jpg"></a></p>'
)


def page(
    *,
    title: str = "Ferry is late again",
    section: str = "<span>World</span>",
    info: str = INFO,
    body: str = f"<p>{TEXT}</p>",
    share: str = SHARE,
    head: str = "",
    after: str = "",
) -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>x</title>{head}</head><body><h3 class="itemtit bitemblue">{section}</h3>'
        f'<h1 id="contitle"><!--x--> {title}</h1><div class="downinfo"><div class="share"><span>6</span></div>{info}</div>'
        f'<div class="content" id="yanse">{body}{share}</div>{after}</body></html>'
    )


def reading(markup: str, url: str = URL) -> Extraction:
    return read([EcnsPage(Source(url, markup.encode()))])
