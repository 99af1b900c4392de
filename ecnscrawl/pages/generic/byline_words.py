"""The words of bylines in many languages: what stands before names, between them, and what is no name."""

import re

# What stands before the names of a byline, with or without a colon: `By Ana Ruiz`, `Von Jonas Weber`, `作者：李明`.
_BEFORE = (
    "story and photos by|story by|written by|reported by|words by|text by|posted by|published by|article by|post by",
    "reviewed by|review by|opinion by|analysis by|report by|reporting by|edited by|by|author s|authors|author",
    "writers|writer|byline|reporter|column",
    "geschrieben von|ein bericht von|ein beitrag von|eine analyse von|ein kommentar von|von|autoren|autorin|autor|text",
    "écrit par|publié par|rédigé par|propos recueillis par|par|auteurs|auteur|autrice",
    "escrito por|publicado por|redactado por|por|autora|autores",
    "scritto da|pubblicato da|articolo di|a cura di|di|da|autore|autrice",
    "geschreven door|door|redactie",
    "skrevet av|skrevet af|skriven av|av|af|tekst|forfatter|journalist|kirjoittaja|toimittaja|teksti",
    "napisał|napisała|autor tekstu|przez|autorka|napsal|napsala|írta|szerző|scris de|autorul|de",
    "автор текста|авторы|автор|текст|корреспондент|автори|γράφει ο|γράφει η|γράφει|του|της|συντάκτης",
    "yazan|yazar|haber|muhabir|ditulis oleh|oleh|penulis|wartawan|pewarta|tác giả|theo|bài|bởi|โดย|ผู้เขียน",
    "作者|撰文|文|記者|记者|撰稿|責任編輯|著者|執筆|筆者|取材・文|글|기자",
    "بقلم|كتب|كتبت|الكاتب|المؤلف|تحرير|نویسنده|מאת|כתב|כתבת",
)
BEFORE = re.compile(
    rf"\A\s*(?:{'|'.join(_BEFORE)})".replace(" ", r"[\s:/()]+")
    + r"(?:\s*[:：／/|・]\s*|\s+|(?<=[\u3040-\u9fff])(?=\S))",
    re.IGNORECASE,
)
#: The start of a text that is a byline by its words alone.
STARTS = re.compile(
    r"\A\s*(?:written by|words by|story by|posted by|text by|article by|reporting by|authors?|by|von|par|por|di|door|av"
    r"|af|autor|text|автор|yazan|oleh|penulis|作者|撰文|文|記者|记者|بقلم|كتب|מאת|текст)(?:\s*[:：]\s*|\s+)(?=\S)",
    re.IGNORECASE,
)
#: What stands alone before a byline.
BARE = frozenset(
    "by|written by|commentary by|opinion by|analysis by|words by|posted by|story by|text by|article by"
    "|author|von|par|por|di|text|autor"
    "|автор|作者|文".split("|")
)
#: Between the names of several authors.
BETWEEN = re.compile(
    r"\s*(?:[,;、，؛/]|\s(?:and|und|et|y|e|en|og|och|ja|i|a|и|та|και|ve|dan|và|with|mit|avec|con|com|ו|و)\s"
    r"|\s?[&+]\s?|\s\|\s|(?<=[\u3400-\u9fff])\s(?=[\u3400-\u9fff]))\s*",
    re.IGNORECASE,
)
#: Hebrew and Arabic write `and` as the first letter of the next word: two names have two words each.
ATTACHED_AND = re.compile(r"\A(\S+ \S+(?: \S+)?) [וو](\S{2,} \S.*)")
#: A byline in the middle of a line that also shows the time.
INSIDE = re.compile(r"(?:作者|記者|记者|撰文|撰稿|автор|author|autor|auteur|بقلم|מאת)\s?[:：]\s?(?=\S)", re.IGNORECASE)
#: The start of a text that goes on with another name.
JOINS = re.compile(r"\A\s*(?:[,;、，&+]|(?:and by|and|und|et|y|e|en|og|och|ja|и|ו|و)(?!\w))\s*", re.IGNORECASE)
#: What follows a name: its role, its outlet, a place, a time.
AFTER = re.compile(
    r"\s[|–—•·>]\s|\s-\s|\s?[(（\[【<|].*|\s(?:for|in|at|reporting from|on behalf of)\s(?=[A-Z]).*"
    r"|,?\s(?:published|updated|posted)\b.*",
    re.IGNORECASE,
)
DEGREES = re.compile(
    r"(?:,\s?|\s)(?:ph\.?\s?d\.?|m\.?d\.?|m\.?s\.?|r\.?d\.?n?\.?|m\.?b\.?a\.?|m\.?a\.?|b\.?a\.?|j\.?d\.?|esq\.?|cfp®?"
    r"|cpa|lcsw|lmft|psy\.?d\.?|d\.?d\.?s\.?|d\.?o\.?|r\.?n\.?|mph|msc|facp|faap)(?=,|\s|\Z)",
    re.IGNORECASE,
)

#: Before a name: Prof. Dr. Klaus Timm
TITLES = re.compile(
    r"\A(?:(?:Prof|Priv|Doz|Dipl|Ing|Mag|Dott|Dr|Dra|med|phil|jur|rer|nat|habil|h\.\s?c|h\.?c)\.[\s-]*|Dr\s+)+(?=[^\W\d_])"
    r"|\Aد\.\s?"
)
_KANA_OR_HAN = r"[\u3040-\u30ff\u3400-\u9fff々]"
#: Before a name, the desk that the person works for: 社会部・佐藤花子
DESK = re.compile(rf"\A{_KANA_OR_HAN}{{1,8}}(?:部|支局|総局|本社|編集局|取材班)[・／]")
#: Before the names of those who took the pictures, and the like: 写真・佐藤花子
OTHER_ROLE = re.compile(
    r"\A(?:(?:photos?|photographs?|pictures?|illustrations?|videos?|fotos?|bild(?:er)?)(?:\s?[:：／=]\s?|\s(?:by|von|par|por|di|av)\s)"
    r"|(?:写真|撮影|イラスト|映像|動画|監修|翻訳|図版|摄影|攝影)(?:\s*[:：・／=＝]\s*|\s+))(?=\S)",
    re.IGNORECASE,
)

# Words that say what somebody is or does. A name of such words alone is none: News Desk, Editorial Team.
_ROLES = (
    "staff|editors?|editorial|newsroom|news|desk|web|digital|online|reporters?|correspondents?|writers?|contributors?",
    "contributing|senior|chief|columnists?|journalists?|team|board|admin|administrator|bureau|agencies|agency|guest",
    "author|unknown|anonymous|producers?|the|our|and|of|by|from|in|officer|expert|strategist|researcher|commentary",
    "opinion|video|library|press|release|newswire|published|updated|posted|photos?|photography|subscribe|follow",
    "share|comments?|min|read|name|link|size|email|print|advertisement|last",
    "redaktion|redaktionen|nachrichten|redakteurin|redakteur|reporterin|korrespondent|korrespondentin|journalistin",
    "rédaction|journaliste|redacción|periodista|redação|redacao|redazione|giornalista|redactie|redakcja|redaksi|autor",
    "редакция|редакція|編輯部|编辑部|編集部|본보|편집국|هيئة|التحرير|وكالات|الوكالات|la|die|de|el",
)
ROLE = re.compile(rf"(?:{'|'.join(_ROLES)})", re.IGNORECASE)
#: Words that no name has: after them stands a role, or they offer something to the reader.
NEVER = re.compile(
    r"(?<!\w)(?:staff|subscribe|follow|share|published|updated|posted|comments?|photograph(?:y|s)|newsletter|minutes?"
    r"|redaktion|redaktör|redakteur(?:in)?|korrespondent(?:in)?|advert\w*|copyright|correspondent|reporter|editor"
    r"|editor-in-chief|columnist|contributor|contributing|director|manager|founder|ceo|professor|coordinator"
    r"|officer|chief|deputy|cto|cfo|coo|vice|president|head of|dietitian|nutritionist|physician|educator|engineer"
    r"|scientist|lecturer|trainer|instructor|specialist|consultant|attorney|analyst|journalist|profile|biography"
    r"|articles?|stories|more|about|view|read|size|(?:ال)?محررة?|(?:ال)?مراسلة?)(?!\w)",
    re.IGNORECASE,
)
#: What stands before the names of those who did something else than write.
OTHERS = re.compile(
    r"photo|illustrat|image|video|foto|bild|fact.?check|review|edit|translat|produced|medical|additional|contribut"
    r"|摄影|攝影|撮影|사진",
    re.IGNORECASE,
)
#: Words in the names of outlets and agencies, and in hardly any person's.
OUTLET = re.compile(
    r"(?<!\w)(?:press|news|newspaper|times|report|media|post|network|magazine|agency|agencies|radio|tv|television"
    r"|broadcasting|journal|gazette|herald|tribune|today|daily|weekly|online|inc|llc|ltd|gmbh|university|institute"
    r"|association|foundation|company|group|studios?|reuters|afp|ap|dpa|apa|ansa|efe|pti|ians|ani|upi|xinhua|tass"
    r"|bloomberg|nast|agence|agentur|agencia|agenzia|zeitung|nachrichten|notícias|noticias|diario|giornale|presse"
    r"|verlag)(?!\w)|\.(?:com|net|org|de|fr|in|co|tv|news|info|io)\b"
    r"|通讯社|通信社|新闻|新聞|日报|日報|電視|뉴스|일보|агентство|новости|газета|وكالة|أخبار",
    re.IGNORECASE,
)
#: Parts of names that are written small.
PARTICLES = frozenset(
    "abu af al av ben bin bint da das de del della den der di do dos du e el ibn la le ten ter van von y zu zur".split()
)
_HAN = r"[\u3400-\u9fff々]"
#: Whole bylines of languages that write the role beside the name, with an example.
_JAPANESE = rf"{_HAN}{{1,4}}[ 　]?{_KANA_OR_HAN}{{1,6}}"
FORMS = (
    (
        (
            r"[【（(]?(?:取材・文|文|記者|執筆|著者|筆者|ライター|構成)\s*[:：/／・＝=|｜]\s*"
            rf"(?P<names>{_JAPANESE}(?:[、・,]\s*(?!写真|撮影|イラスト){_JAPANESE})*)"
            rf"(?:[、,　 ]\s*(?:写真|撮影|イラスト)\s*[:：／・＝=]\s*{_JAPANESE})*[】）)]?"
        ),
        "文・佐藤花子",
    ),
    (rf"[【（(]?{_HAN}{{1,6}}(?:部|支局|総局)[・／](?P<names>{_JAPANESE})[】）)]?", "社会部・佐藤花子"),
    (rf"記者[ 　:：]+(?P<names>{_HAN}{{2,4}}[ 　]?{_HAN}{{0,4}})", "記者　佐藤花子"),
    (
        rf"[【（(]?(?P<names>{_HAN}{{2,4}}[ 　]?{_HAN}{{0,4}})(?<![部社])[ 　]?(?:記者|特派員|編集委員)[】）)]?",
        "佐藤花子 記者",
    ),
    (
        (
            r"\[?(?:글[·/ ]?사진|글|취재)?\s?[=:]?\s?(?!취재|전문|사진|담당|수습|인턴|선임|일부|이날|현장)"
            r"(?P<names>[가-힣]{2,4}(?:\s?[·,]\s?[가-힣]{2,4})*)\s?(?:인턴|선임|수습|전문)?"
            r"(?:기자|특파원|논설위원|통신원)\]?\s?=?"
        ),
        "김민수 기자",
    ),
    (
        (
            rf"(?:記者|记者)\s?(?P<names>{_HAN}{{2,4}}(?:、{_HAN}{{2,4}})*)\s?[/／｜|]\s?"
            rf"(?:{_HAN}{{2,6}})?(?:報導|报道|綜合報導)"
        ),
        "記者王曉華／台北報導",
    ),
)
