"""Patterns of calls to subscribe, follow, share or comment, and of copyright lines, in many languages."""

#: A pattern for the whole line, in any case, and a line that it matches.
CALLS = (
    (
        (
            r"(?:(?:please |click here to |want .{3,60}\? )?(?:sign up|subscribe|register|join)(?: now| today"
            r"| here)?\b.{0,60}\b(?:newsletters?|email alerts?|mailing list|inbox|youtube|channel|podcast|telegram"
            r"|whatsapp|updates)\b.{0,80})"
        ),
        "Sign up for our daily newsletter and never miss a story.",
    ),
    (
        (
            r"get .{0,80}(?:delivered|sent|direct|straight)\b.{0,30} (?:to|in) your (?:inbox|email|phone"
            r"|device)\b.{0,40}"
        ),
        "Get the latest news delivered to your inbox.",
    ),
    (r"(?:subscribe|sign up|subscribe now|sign up now|join our newsletter)\W*", "Subscribe now!"),
    (
        (
            r"(?:abonnieren sie|melden sie sich|abonniere|jetzt)\b.{0,60}\b(?:newsletter|kanal|whatsapp|telegram"
            r"|push)\b.{0,60}"
        ),
        "Abonnieren Sie unseren Newsletter.",
    ),
    (
        r"(?:hier|jetzt) (?:geht es|geht's|geht’s) zu[rm] .{0,60}\b(?:newsletter|app|abo|podcast)\b.{0,20}",
        "Hier geht es zur App.",
    ),
    (
        (
            r"(?:inscrivez-vous|abonnez-vous|recevez|s['’]inscrire)\b.{0,80}\b(?:newsletter|lettre|infolettre"
            r"|chaîne|boîte mail|alertes?|whatsapp)\b.{0,60}"
        ),
        "Inscrivez-vous à notre newsletter.",
    ),
    (
        (
            r"(?:suscríbete|suscríbase|suscribite|recibe|inscríbete|regístrate|únete)\b.{0,80}\b(?:newsletter"
            r"|boletín|boletines|canal|whatsapp|telegram|correo)\b.{0,60}"
        ),
        "Suscríbete a nuestro boletín.",
    ),
    (
        (
            r"(?:inscreva-se|assine|receba|cadastre-se|participe|entre)\b.{0,80}\b(?:newsletter|boletim|canal"
            r"|whatsapp|telegram|e-?mail)\b.{0,60}"
        ),
        "Inscreva-se na nossa newsletter.",
    ),
    (
        r"(?:iscriviti|ricevi|abbonati)\b.{0,80}\b(?:newsletter|canale|whatsapp|telegram|mail)\b.{0,60}",
        "Iscriviti alla nostra newsletter.",
    ),
    (
        (
            r"(?:schrijf je|schrijf u|meld je|meld u|abonneer)\b.{0,60}\b(?:nieuwsbrief|kanaal|whatsapp)\b.{0,40}"
            r"|(?:prenumerera|anmäl dig|meld deg|tilmeld dig|abonner)\b.{0,60}\b(?:nyhetsbrev\w*|nyhedsbrev\w*"
            r"|kanal)\b.{0,40}"
        ),
        "Schrijf je in voor onze nieuwsbrief.",
    ),
    (
        (
            r"(?:подпи(?:сывайтесь|шитесь|шись|саться)|читайте нас|следите за|присоединяйтесь)\b.{0,80}(?:канал\w*"
            r"|telegram|телеграм\w*|вконтакте|дзен\w*|рассылк\w*|новостями|max)\b.{0,60}"
        ),
        "Подписывайтесь на наш канал в Telegram.",
    ),
    (
        r"(?:підписуйтесь|підпишіться|читайте нас)\b.{0,80}(?:канал\w*|telegram|телеграм\w*)\b.{0,60}",
        "Підписуйтесь на наш канал у Telegram.",
    ),
    (
        (
            r"(?:欢迎|请|敬请)?(?:关注|订阅|关注我们|扫码关注|扫描二维码).{0,30}(?:公众号|微信|微博|客户端|订阅号"
            r"|频道).{0,20}"
        ),
        "欢迎关注我们的微信公众号",
    ),
    (
        (
            r"(?:加入|追蹤|訂閱|按讚).{0,30}(?:line|facebook|粉絲團|電子報|頻道|telegram|ig|instagram"
            r"|youtube).{0,30}"
        ),
        "訂閱我們的電子報",
    ),
    (
        r".{0,20}(?:メールマガジン|メルマガ|ニュースレター).{0,15}(?:登録|購読|配信中|こちら).{0,15}",
        "メールマガジンの登録はこちら",
    ),
    (
        r".{0,30}(?:뉴스레터|유튜브|카카오톡|채널).{0,20}(?:구독하기|구독|친구 ?추가|신청하기).{0,20}",
        "뉴스레터 구독하기",
    ),
    (
        (
            r"(?:تابعونا|تابعوا|تابعنا|اشترك|اشتركوا|انضم)\b.{0,70}(?:واتساب|تليغرام|تيليغرام|تلغرام|فيسبوك|تويتر"
            r"|النشرة|قناة|قناتنا|يوتيوب|التواصل).{0,40}"
        ),
        "تابعونا على فيسبوك وتويتر",
    ),
    (
        (
            r"(?:הצטרפו|הירשמו|עקבו|הצטרף|הירשם)\b.{0,60}(?:וואטסאפ|טלגרם|ניוזלטר|פייסבוק|ערוץ|לערוץ|לניוזלטר"
            r"|ב?אינסטגרם).{0,40}"
        ),
        "הירשמו לניוזלטר שלנו",
    ),
    (r".{0,40}(?:ما را در|به کانال|عضو).{0,40}(?:دنبال کنید|بپیوندید|شوید).{0,20}", "ما را در تلگرام دنبال کنید"),
    (
        (
            r".{0,80}(?:व्हाट्सएप|व्हाट्सऐप|टेलीग्राम|फेसबुक|यूट्यूब|चैनल|न्यूजलेटर).{0,60}(?:जुड़ें|फॉलो करें"
            r"|सब्सक्राइब करें|लाइक करें).{0,20}"
        ),
        "हमारे व्हाट्सएप चैनल से जुड़ें",
    ),
    (
        (
            r"(?:ติดตาม|สมัครรับ|กดติดตาม).{0,60}(?:เฟซบุ๊ก|facebook|line|youtube|ยูทูบ|จดหมายข่าว|ช่องทาง|twitter"
            r"|tiktok).{0,60}"
        ),
        "ติดตามข่าวสารทาง Facebook ของเรา",
    ),
    (
        (
            r"(?:ikuti|dapatkan|gabung)\b.{0,80}\b(?:whatsapp|telegram|google news|channel|saluran"
            r"|instagram)\b.{0,60}"
        ),
        "Ikuti saluran WhatsApp kami.",
    ),
    (
        (
            r"(?:you can )?(?:now )?(?:follow|like|find|join) (?:us|our page"
            r"|[\w.'’ -]{2,40})(?: now)? on\b.{0,30}\b(?:x|twitter|facebook|instagram|tiktok|linkedin|youtube"
            r"|telegram|whatsapp|google news|threads|bluesky|mastodon|pinterest|social media)\b.{0,140}"
        ),
        "Follow us on Facebook, X and Instagram.",
    ),
    (r"(?:folgen sie|folge|besuchen sie) (?:uns|unserem?\b.{0,30})\b.{0,80}", "Folgen Sie uns auf Instagram."),
    (r"(?:suivez-nous|retrouvez-nous|rejoignez-nous)\b.{0,80}", "Suivez-nous sur Instagram."),
    (r"(?:síguenos|siguenos|seguinos|síganos|encuéntranos)\b.{0,80}", "Síguenos en Instagram."),
    (
        r"(?:siga-nos|siga (?:o|a|nosso|nossa)\b.{0,30} (?:no|na|nas)|acompanhe-nos|siga-nos)\b.{0,80}",
        "Siga-nos no Instagram.",
    ),
    (
        r"(?:seguici|volg ons|följ oss|følg oss|følg os|obserwuj nas|sledujte nás|bizi takip edin)\b.{0,80}",
        "Seguici su Instagram.",
    ),
    (
        (
            r"(?:like|enjoy|enjoyed|love) (?:this|the|our) (?:story|article|post)\?.{0,80}|share (?:this"
            r"|the) (?:story|article|post|page)\b.{0,60}|(?:leave|post|add|write) (?:us )?a (?:comment"
            r"|reply)\W{0,3}(?:below\W*)?"
        ),
        "Like this story? Share it with a friend!",
    ),
    (
        (
            r"(?:artikel|beitrag|seite) (?:teilen|drucken|empfehlen|kommentieren|merken)\W*"
            r"|fehler gefunden\W.{0,30}"
        ),
        "Artikel teilen",
    ),
    (
        (
            r"partage[rz] (?:cet |l['’])article\b.{0,30}|compart(?:ir|e|a|i|ilhe|ilhar) (?:esta|este|essa|a|la|el"
            r"|o)\b.{0,30}"
        ),
        "Partager cet article",
    ),
    (
        (
            r"(?:поделиться|поделитесь)\b.{0,30}|分享(?:到|至|给|給).{0,20}|この記事をシェア.{0,10}"
            r"|이 기사를? 공유.{0,10}|شارك (?:الخبر|المقال)?.{0,20}|שתפו (?:את )?הכתבה.{0,10}"
        ),
        "Поделиться новостью",
    ),
    (
        (
            r"(?:do you have|got|have) (?:a|any) (?:story|tip|news|photos?|question)\b.{0,30}\?.{0,160}"
            r"|get in touch with our news ?team\b.{0,80}|for more stories like this,? check\b.{0,60}"
        ),
        "Got a story? Get in touch with our news team by emailing us.",
    ),
    (
        (
            r"(?:download|install|get) (?:the|our)\b.{0,30} app\b.{0,80}|(?:laden sie|lade) .{0,40}\bapp\b.{0,60}"
            r"|téléchargez .{0,30}\bapplication\b.{0,60}|descarga .{0,30}\b(?:app|aplicación)\b.{0,60}"
            r"|baixe .{0,30}\b(?:app|aplicativo)\b.{0,60}"
        ),
        "Download our app for iOS and Android.",
    ),
    (
        (
            r"(?:read|view|leave|show|see) (?:all )?(?:\d+ )?comments?(?: \(\d+\))?|(?:\d+ )?(?:comments?"
            r"|kommentare|commentaires?|comentarios?|comentários?|reacties|komentarz[ey]|комментари\w+|评论"
            r"|コメント|댓글|تعليقات?|תגובות)(?: \(?\d+\)?)?"
        ),
        "12 Comments",
    ),
    (
        (
            r"(?:©|\(c\)|℗).{2,200}|copyright\W{0,4}(?:©|\(c\)|by\b|(?:19|20)\d\d\b).{0,160}"
            r"|copyright\b.{0,80}\b(?:19|20)\d\d\W*|.{0,120}\b(?:all rights reserved|alle rechte vorbehalten"
            r"|tous droits réservés|todos los derechos reservados|todos os direitos reservados"
            r"|tutti i diritti riservati|alle rechten voorbehouden|wszelkie prawa zastrzeżone|все права защищены"
            r"|tüm hakları saklıdır|με επιφύλαξη παντός δικαιώματος)\b.{0,120}"
        ),
        "© 2026 The Harbour Post. All rights reserved.",
    ),
    (
        (
            r".{0,60}(?:版权所有|版權所有|未经授权|未經授權|無断転載|禁無断|저작권자|무단 ?전재|무단전재"
            r"|جميع الحقوق محفوظة|تمامی حقوق|כל הזכויות שמורות|सर्वाधिकार सुरक्षित|สงวนลิขสิทธิ์).{0,80}"
        ),
        "版权所有 未经授权 不得转载",
    ),
    (
        (
            r"(?:this material|material) may not be published, broadcast, rewritten or redistributed.{0,80}"
            r"|se prohíbe la reproducción\b.{0,100}|перепечатка\b.{0,30}\b(?:запрещена|только)\b.{0,80}"
            r"|nachdruck\b.{0,40}\b(?:verboten|untersagt|genehmigung)\b.{0,60}"
        ),
        "Material may not be published, broadcast, rewritten or redistributed.",
    ),
)
