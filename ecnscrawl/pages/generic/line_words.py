"""The words of teasers, share bars and date lines in many languages, in lower case."""

#: Words that introduce other articles or an advertisement, alone or before one: `Read more: Two bakeries to merge`.
TEASERS = {
    "en": (
        "read more|read also|also read|read next|read this next|see also|see more|more stories|more news"
        "|related|related articles|related article|related stories|related story|related news|related posts"
        "|related post|related content|related topics|related links|related reading|related coverage"
        "|recommended|recommended stories|recommended reading|recommended for you|you may also like"
        "|you might also like|you may also be interested in|you might also be interested in|you may also enjoy"
        "|don't miss|don’t miss|must read|most read|most popular|trending now|editor's picks|editors' picks"
        "|editor’s picks|editors’ picks|what to read next|up next|latest news|continue reading|keep reading"
        "|more on this|more on this story|more on this topic|more like this|article continues below"
        "|story continues below|article content|story continues below advertisement|advertisement"
        "|related articles that may interest you"
    ),
    "de": (
        "mehr zum thema|zum thema|lesen sie auch|lesen sie mehr|lesen sie hier mehr|lesen sie dazu auch"
        "|lesen sie weiter|lesen sie hierzu|lies auch|lies mehr|auch interessant"
        "|das könnte sie auch interessieren|das könnte sie interessieren|das könnte dich auch interessieren"
        "|dies könnte sie auch interessieren|weitere artikel|weitere artikel zum thema|weitere meldungen"
        "|weitere nachrichten|ähnliche artikel|verwandte artikel|verwandte themen|passend dazu|mehr dazu"
        "|mehr lesen|weiterlesen|weiterführende links|meistgelesen|meistgelesene artikel|empfehlungen für sie"
        "|unsere empfehlung|lesetipp|lesetipps|zum weiterlesen|anzeige|werbung"
    ),
    "fr": (
        "à lire aussi|a lire aussi|lire aussi|à lire également|lire également|lire plus|lire la suite|à lire"
        "|voir aussi|à voir aussi|sur le même sujet|sur le même thème|articles liés|articles connexes"
        "|articles similaires|à découvrir aussi|à ne pas manquer|les plus lus|dans la même rubrique"
        "|vous aimerez aussi|publicité|la suite après cette publicité"
    ),
    "es": (
        "lee también|lea también|leer también|leer más|lee más|lea más|te puede interesar|te podría interesar"
        "|también te puede interesar|le puede interesar|te recomendamos|te recomendamos leer|más noticias"
        "|ver también|vea también|mira también|mirá también|leé también|noticias relacionadas"
        "|artículos relacionados|artículo relacionado|nota relacionada|notas relacionadas|contenido relacionado"
        "|lo más leído|relacionado|relacionados|seguir leyendo|sigue leyendo|publicidad"
    ),
    "pt": (
        "leia também|leia mais|leia ainda|veja também|veja mais|confira também|saiba mais|notícias relacionadas"
        "|matérias relacionadas|artigos relacionados|você pode gostar|você também pode gostar"
        "|pode gostar também|talvez você goste|mais lidas|continue lendo|continua após a publicidade"
        "|publicidade|relacionadas|leia a seguir"
    ),
    "it": (
        "leggi anche|leggi di più|leggi tutto|leggi pure|vedi anche|guarda anche|articoli correlati"
        "|articoli simili|potrebbe interessarti|potrebbe interessarti anche|ti potrebbe interessare|i più letti"
        "|pubblicità"
    ),
    "nl": (
        "lees ook|lees meer|lees verder|zie ook|bekijk ook|meer over dit onderwerp|gerelateerde artikelen"
        "|meest gelezen|ook interessant|advertentie|lees hier meer"
    ),
    "sv no da fi": (
        "läs också|läs även|läs mer|läs vidare|se även|relaterade artiklar|mest läst|les også|les mer|se også"
        "|les videre|relaterte saker|mest lest|læs også|læs mere|læs videre|relaterede artikler|mest læste"
        "|lue myös|lue lisää|katso myös|annons|annonse|annonce"
    ),
    "pl cs hu ro": (
        "czytaj także|czytaj też|czytaj również|czytaj więcej|czytaj dalej|przeczytaj także|przeczytaj też"
        "|przeczytaj również|zobacz też|zobacz także|zobacz również|zobacz więcej|polecane|reklama|čtěte také"
        "|čtěte více|přečtěte si také|přečtěte si|mohlo by vás zajímat|související články|olvassa el ezt is"
        "|ezt is olvassa el|kapcsolódó cikkek|kapcsolódó|citește și|citiți și|citeşte şi|vezi și"
        "|pe aceeași temă"
    ),
    "tr el": (
        "ilgili haberler|ilginizi çekebilir|bunlar da ilginizi çekebilir|bunları da okuyun|devamını oku"
        "|ayrıca oku|διαβάστε επίσης|διαβάστε ακόμα|διαβάστε περισσότερα|δείτε επίσης|σχετικά άρθρα"
    ),
    "ru uk": (
        "читайте также|читать также|читайте далее|читать далее|смотрите также|см. также|материалы по теме"
        "|новости по теме|по теме|ранее по теме|еще по теме|ещё по теме|похожие новости|рекомендуем"
        "|вам может быть интересно|читайте также по теме|подробнее|реклама|читайте також|дивіться також"
        "|читати далі|матеріали за темою|до теми"
    ),
    "id vi th": (
        "baca juga|baca selengkapnya|lihat juga|simak juga|berita terkait|artikel terkait|pilihan editor"
        "|xem thêm|đọc thêm|đọc tiếp|tin liên quan|bài liên quan|อ่านเพิ่มเติม|อ่านต่อ|อ่านข่าวเพิ่มเติม"
        "|อ่านข่าวที่เกี่ยวข้อง|ข่าวที่เกี่ยวข้อง|บทความที่เกี่ยวข้อง|ข่าวน่าสนใจ|ข่าวแนะนำ"
    ),
    "ar fa he": (
        "اقرأ أيضا|اقرأ أيضاً|اقرأ أيضًا|إقرأ أيضا|إقرأ أيضاً|اقرأ المزيد|شاهد أيضا|شاهد أيضاً|طالع أيضا"
        "|طالع أيضاً|مواضيع ذات صلة|موضوعات ذات صلة|أخبار ذات صلة|مقالات ذات صلة|اقرأ على الموقع|بیشتر بخوانید"
        "|همچنین بخوانید|بیشتر بدانید|مطالب مرتبط|اخبار مرتبط|خبرهای مرتبط|קראו גם|קרא גם|קראו עוד|קרא עוד"
        "|כתבות נוספות|כתבות קשורות|עוד בנושא|עוד באותו נושא|לקריאה נוספת|אולי יעניין אותך|אולי יעניין אתכם"
        "|פרסומת"
    ),
    "hi bn ta": (
        "यह भी पढ़ें|ये भी पढ़ें|इसे भी पढ़ें|यह भी पढ़े|ये भी पढ़े|और पढ़ें|ये भी देखें|यह भी देखें"
        "|संबंधित खबरें|विज्ञापन|আরও পড়ুন|আরো পড়ুন|এটিও পড়ুন|மேலும் படிக்க|இதையும் படிங்க"
    ),
    "zh ja ko": (
        "相关阅读|延伸阅读|推荐阅读|相关新闻|相关报道|相关链接|相关文章|猜你喜欢|热门推荐|更多新闻|点击查看更多"
        "|延伸閱讀|相關新聞|相關報導|相關文章|推薦閱讀|更多新聞|廣告|関連記事|関連リンク|関連ニュース"
        "|あわせて読みたい|合わせて読みたい|おすすめ記事|こちらもおすすめ|続きを読む|人気記事|広告|관련 기사"
        "|관련기사|관련 뉴스|관련뉴스|추천 기사|추천기사|많이 본 뉴스|함께 보면 좋은 기사|광고"
    ),
}

#: What share bars are made of: a line that has no other words is one.
SHARING = (
    "share|share this|tweet|post|pin|pin it|email|e-mail|mail|print|copy|copy link|link|link copied|save"
    "|facebook|twitter|whatsapp|telegram|linkedin|pinterest|reddit|flipboard|messenger|instagram|threads"
    "|bluesky|xing|line|viber|pocket|weibo|wechat|sms|teilen|drucken|merken|empfehlen|link kopieren|partager"
    "|imprimer|enregistrer|copier le lien|compartir|imprimir|guardar|copiar enlace|compartilhar|salvar"
    "|copiar link|condividi|stampa|delen|dela|del|udostępnij|sdílet|поделиться|распечатать|скопировать ссылку"
    "|paylaş|bagikan|chia sẻ|แชร์|مشاركة|طباعة|نسخ الرابط|שתפו|שיתוף|הדפסה|शेयर|分享|打印|列印|微信|微博"
    "|シェア|ツイート|印刷|공유|공유하기|인쇄"
)

#: What a line that only shows a day or a time may say besides.
DATING = (
    "published|first published|originally published|posted|updated|last updated|last modified|modified"
    "|submitted|created|edited|date|time|on|at|and|by|of|release date|publication date|issued|veröffentlicht"
    "|publiziert|erschienen|erstellt|stand|aktualisiert|zuletzt aktualisiert|letzte aktualisierung|geändert"
    "|datum|am|um|uhr|vom|und|publié|publiée|mis à jour|mise à jour|modifié|posté|dernière mise à jour"
    "|date de publication|le|à|et|publicado|publicada|actualizado|actualizada|última actualización|fecha"
    "|fecha de publicación|el|a las|las|h|hs|hrs|horas|atualizado|atualizada|atualizado em|última atualização"
    "|postado|data|em|às|pubblicato|aggiornato|ultimo aggiornamento|il|alle|ore|gepubliceerd|geplaatst"
    "|bijgewerkt|laatst bijgewerkt|laatste update|op|om|publicerad|publicerat|uppdaterad|senast uppdaterad"
    "|publisert|oppdatert|sist oppdatert|offentliggjort|opdateret|udgivet|kl|klo|julkaistu|päivitetty"
    "|opublikowano|zaktualizowano|aktualizacja|data publikacji|publikováno|aktualizováno|vydáno|közzétéve"
    "|frissítve|publicat|actualizat|yayınlanma|yayınlanma tarihi|güncelleme|güncellenme|son güncelleme|giriş"
    "|tarih|tarihi|δημοσίευση|δημοσιεύτηκε|ενημέρωση|опубликовано|опубликована|дата публикации|обновлено|дата"
    "|размещено|мск|опубліковано|оновлено|diterbitkan|diperbarui|tayang|wib|wita|wit|cập nhật|đăng lúc|ngày"
    "|lúc|giờ|เผยแพร่|เผยแพร่เมื่อ|อัปเดต|อัปเดตล่าสุด|ปรับปรุงล่าสุด|วันที่|เวลา|น|นาฬิกา|نشر|نشر في|نُشر"
    "|نُشر في|تاريخ النشر|آخر تحديث|تحديث|الساعة|في|م|انتشار|تاریخ انتشار|به روز رسانی|منتشر شده در|ساعت|פורסם"
    "|פורסם ב|פורסם בתאריך|עודכן|עודכן לאחרונה|תאריך|בשעה|שעה|ב|प्रकाशित|प्रकाशित तिथि|पब्लिश्ड|अपडेटेड|अपडेट"
    "|अद्यतन|को|बजे|तारीख|发布时间|发表时间|更新时间|发布|发表|更新|时间|日期|发布于|更新于|发布日期|發布時間"
    "|發佈時間|更新時間|發布|發佈|時間|出版|公開日|更新日|配信|公開|最終更新|最終更新日|掲載|投稿日|日時|午前"
    "|午後|分|분|입력|수정|등록|게시|발행|승인|최종수정|업데이트|기사입력|오전|오후"
)

#: How long it takes to read the article: a pattern, and a line that it matches.
READING_TIME = (
    (
        r"(?:estimated )?(?:reading time|read time|time to read)\W{1,3}\d{1,3} ?(?:min(?:ute)?s?)\b",
        "Reading time: 7 minutes",
    ),
    (r"\d{1,3}[ -]?min(?:ute)?s?\W{0,2}read\b", "11 min read"),
    (r"(?:lesedauer|lesezeit)\W{0,3}(?:ca\. ?)?\d{1,3} ?(?:min(?:uten?)?\b\.?)", "Lesedauer: 4 Minuten"),
    (r"(?:temps|durée) de lecture\W{0,3}\d{1,3} ?min(?:utes?)?\b", "Temps de lecture : 3 min"),
    (
        (
            r"(?:tiempo de lectura|tempo de leitura|tempo di lettura|lectura"
            r"|leitura)\W{0,3}\d{1,3} ?min(?:ut[oai]s?)?\b"
        ),
        "Tempo de leitura: 2 minutos",
    ),
    (r"(?:leestijd|lästid|lesetid|læsetid)\W{0,3}\d{1,3} ?min(?:uter|utter|uten)?\b", "Leestijd: 3 min"),
    (r"время чтения\W{0,3}\d{1,3} ?мин\w*", "Время чтения: 3 минуты"),
    (r"(?:阅读时间|閱讀時間|読了時間|読了)\W{0,3}(?:约|約)?\d{1,3} ?(?:分钟|分鐘|分)", "阅读时间：约3分钟"),
)
