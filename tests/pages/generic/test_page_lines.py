"""Lines that belong to a page and not to its article, in many languages; and sentences that look like them."""

import pytest

from ecnscrawl.pages.generic.call_patterns import CALLS
from ecnscrawl.pages.generic.line_words import READING_TIME, TEASERS
from ecnscrawl.pages.generic.page_lines import is_call, is_date_line, is_pager, is_teaser, is_teaser_label

DATES = [
    ("en", "Published 3 August 2026 at 9:30 a.m."),
    ("en", "August 16, 2026 - Updated August 17, 2026"),
    ("en", "[Submitted on 18 Aug 2026]"),
    ("en", "Monday, August 3, 2026 11:28 AM EDT"),
    ("de", "Stand: 12.03.2024, 14:05 Uhr"),
    ("de", "Veröffentlicht am 3. August 2026 um 9:30 Uhr"),
    ("de", "Montag, 3. August 2026 | Lesedauer: 4 Minuten"),
    ("fr", "Publié le 3 août 2026 à 09h30, mis à jour le 4 août 2026 à 10h15"),
    ("es", "Publicado el 3 de agosto de 2026 a las 09:30 h"),
    ("es", "Actualizado: 03/08/2026 09:30"),
    ("pt", "Atualizado em 3 de agosto de 2026 às 9h30"),
    ("it", "Pubblicato il 3 agosto 2026 alle 9:30"),
    ("nl", "Bijgewerkt op 3 augustus 2026 om 09:30"),
    ("ru", "Опубликовано 3 августа 2026 г. в 09:30 мск"),
    ("tr", "Güncelleme: 03.08.2026 09:30"),
    ("zh", "更新时间：2026年8月3日 09:30"),
    ("zh", "发布于 2026-08-03 09:30:15"),
    ("ja", "公開日：2026年8月3日 9時30分"),
    ("ko", "입력 2026.08.03. 오전 9:30 수정 2026.08.03. 오전 10:15"),
    ("ar", "نشر في: 3 أغسطس 2026 الساعة 09:30"),
    ("he", "פורסם בתאריך 3 באוגוסט 2026 בשעה 09:30"),
    ("hi", "प्रकाशित: 3 अगस्त 2026, 09:30"),
    ("th", "เผยแพร่เมื่อ 3 สิงหาคม 2569 เวลา 09:30 น."),
    ("id", "Diterbitkan 3 Agustus 2026 pukul 09.30 WIB"),
]
SENTENCES = [
    ("en", "Read more books, says the librarian of the northern island."),
    ("en", "Related costs rose to 40,000 crowns."),
    ("en", "Sign up for the race is open until 3 May 2026."),
    ("en", "Subscribe to his theory or not: the shaft is broken."),
    ("en", "Follow the coast on foot and the harbour comes into sight."),
    ("en", "Copyright law does not protect the melody."),
    ("en", "The ferry stopped on 3 August 2026 at 9:30."),
    ("en", "On 3 August 2026 the ferry stopped."),
    ("en", "Share prices fell on Monday, and email was down."),
    ("en", "Comments were few."),
    ("en", "Most read nothing at all, the study says."),
    ("de", "Mehr lesen die Kinder auf der Insel seit dem Winter."),
    ("de", "Am 12.03.2024 um 14:05 Uhr fiel der Strom aus."),
    ("de", "Stand 12.03.2024 waren 40 Boote gemeldet."),
    ("de", "Der Artikel 5 wird geändert."),
    ("de", "Folgen Sie dem Weg bis zum Leuchtturm."),
    ("de", "Zum Thema äußerte sich der Hafenmeister nicht."),
    ("fr", "Lire la suite de son roman demande du courage."),
    ("fr", "Le 3 août 2026 à 9h30, le bac est resté à quai."),
    ("fr", "Abonnez-vous ou non, le bac restera à quai."),
    ("es", "Publicado el 3 de agosto de 2026, el informe no nombra culpables."),
    ("es", "Siga la costa y verá el puerto."),
    ("pt", "Leia mais livros, diz a bibliotecária da ilha."),
    (
        "pt",
        "Entre os moradores, poucos têm e-mail ou telefone próprio na ilha, e quase todos dependem do barco da manhã.",
    ),
    ("ru", "Читайте вслух, советует учительница."),
    ("ru", "3 августа 2026 года паром остановился."),
    ("zh", "记者发布更新，2026年8月3日渡轮停航。"),
    ("zh", "更多旅客改乘小船。"),
    ("ja", "2026年8月3日、渡し船は港に残った。"),
    ("ko", "2026년 8월 3일 여객선이 멈췄다."),
    ("ar", "في 3 أغسطس 2026 توقفت العبّارة."),
    ("he", "ב-3 באוגוסט 2026 נעצרה המעבורת."),
    ("hi", "3 अगस्त 2026 को नाव रुक गई।"),
    ("th", "เรือหยุดวันที่ 3 สิงหาคม 2569"),
]
LABELS = sorted({label for labels in TEASERS.values() for label in labels.split("|")})


@pytest.mark.parametrize(("pattern", "line"), CALLS)
def test_each_call_has_a_line_that_it_matches(pattern: str, line: str) -> None:
    assert is_call(line)
    assert is_call(f"► {line}")


@pytest.mark.parametrize(("language", "line"), DATES)
def test_a_line_that_only_shows_a_day_is_recognized(language: str, line: str) -> None:
    assert is_date_line(line, language)


@pytest.mark.parametrize(("pattern", "line"), READING_TIME)
def test_a_line_that_only_says_how_long_the_reading_takes_is_recognized(pattern: str, line: str) -> None:
    assert is_date_line(line, "en")


def test_a_label_is_a_teaser_alone_and_before_a_headline() -> None:
    for label in LABELS:
        assert is_teaser_label(label.capitalize())
        assert is_teaser_label(f"【{label}】")
        assert is_teaser(f"» {label.upper()}: Two bakeries to merge in May") or "ß" in label or "ı" in label.casefold()


@pytest.mark.parametrize(("language", "sentence"), SENTENCES)
def test_a_sentence_is_no_line_of_the_page(language: str, sentence: str) -> None:
    assert not is_teaser(sentence)
    assert not is_teaser_label(sentence)
    assert not is_call(sentence)
    assert not is_pager(sentence)
    assert not is_date_line(sentence, language)


@pytest.mark.parametrize(
    "bar", ["Facebook Twitter WhatsApp E-Mail Link kopieren", "Share on X", "分享 微信 微博", "Teilen | Drucken"]
)
def test_a_share_bar_has_no_other_words(bar: str) -> None:
    assert is_call(bar)
    assert not is_call(f"{bar} rose by 4 percent")


@pytest.mark.parametrize("line", ["x", "On", "Via", "1 | 2 | 3", "—", "12 March"])
def test_a_word_that_says_nothing_is_no_line_of_the_page(line: str) -> None:
    assert not is_call(line)
    assert not is_teaser(line)
    assert not is_date_line(line, "en")


@pytest.mark.parametrize(
    "line",
    [
        *("Seiten: 1 2", "Seite: 1 2 3", "Páginas: 1 2", "Pages : 1 2", "Pagine: 1 2", "Pagina's: 1 2", "Strony: 1 2"),
        *("Sidor: 1 2", "ページ: 1 2", "صفحات: ١ ٢", "Страницы: 1 2", "Weiter lesen: 1 … 4 5 6 … 12"),
    ],
)
def test_a_label_before_rising_numbers_is_a_pager(line: str) -> None:
    assert is_pager(line)


@pytest.mark.parametrize(
    "line", ["Seite 3", "Sound FC: 2 1", "12 March", "Lines 1 and 2", "The ferry left 1 2 3", "4 b 5"]
)
def test_other_lines_with_numbers_are_no_pagers(line: str) -> None:
    assert not is_pager(line)
