"""Pictures: the article's own, each once, with captions; and the lead picture of the metadata."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import fromstring

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.pages.generic.credits import credit_in
from ecnscrawl.pages.generic.picture_addresses import address_of, is_placeholder, picture_key, same_picture

URL = "https://www.harbourpost.example/1"
TEXT = [
    f"<p>Ferry number {number} left the harbour at dawn, with forty passengers and a piano on its deck, as it does.</p>"
    for number in ("one", "two", "three", "four", "five", "six")
]


def pictures(inside: str, head: str = "", *, after: str = "") -> list[tuple[str, str | None]]:
    """The pictures of a page with `inside` in the middle of its text and `after` behind it."""
    body = "".join([*TEXT[:3], inside, *TEXT[3:]])
    markup = f"<html><head>{head}</head><body><article><h1>Ferries at dawn</h1>{body}</article>{after}</body></html>"
    return read([GenericPage(Source(URL, markup.encode()))]).body.pictures


@pytest.mark.parametrize(
    ("image", "address"),
    [
        ('<img src="/a.jpg">', "/a.jpg"),
        ('<img src="data:image/gif;base64,R0" data-src="/a.jpg">', "/a.jpg"),
        ('<img src="/img/placeholder.png" data-lazy-src="/a.jpg">', "/a.jpg"),
        ('<img src="/img/a.jpg?w=20" data-original="/a.jpg">', "/a.jpg"),
        ('<img srcset="/a-300.jpg 300w, /a-900.jpg 900w">', "/a-900.jpg"),
        ('<picture><source data-srcset="/a.webp 1x, /a@2.webp 2x"><img src="data:,"></picture>', "/a@2.webp"),
        ('<img src="/logo.svg">', None),
        ("<img>", None),
    ],
)
def test_the_address_is_that_of_the_picture_in_the_end(image: str, address: str | None) -> None:
    element = next(fromstring(f"<div>{image}</div>").iter("img"))
    assert address_of(element) == address


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/2026/harbour-1200x630.jpg", "https://b.example/x/harbour-300x200.webp?quality=80"),
        ("https://a.example/i/wide__1300x731/harbour.jpg", "https://a.example/i/harbour.jpg"),
        ("https://a.example/harbour-pier_1785745800_hpMain_16x9.jpg?w=1600", "/harbour-pier_1785745800_hpMain_4x3.jpg"),
        (
            "https://a.example/8d23917b-5557-4ac1-9300-3786dc34a55a.jpg",
            "/x/8d23917b-5557-4ac1-9300-3786dc34a55a_w200.webp",
        ),
        ("https://a.example/i/harbour-400.jpg", "https://a.example/i/harbour-1200.jpg"),
        ("https://a.example/i/harbour_l.jpg", "/i/harbour.jpg"),
        ("https://a.example/i/harbour-XL.jpg", "/i/harbour-s.jpg"),
        ("https://a.example/i/16x9/harbour.jpg.webp", "https://a.example/i/teaser/harbour.jpg"),
        ("https://a.example/i/4f1522bd0e9a/16x9/original.jpg", "https://a.example/i/4f1522bd0e9a/16x9/1280@40.jpg"),
        ("https://resize.example/?url=https%3A%2F%2Fa.example%2Fharbour.jpg&w=300", "https://a.example/harbour.jpg"),
    ],
)
def test_sizes_of_one_picture_are_the_same_picture(one: str, other: str) -> None:
    assert same_picture(one, other)
    assert same_picture(other, one)


def test_other_pictures_are_not() -> None:
    assert not same_picture("https://a.example/2026/08/harbour.jpg", "https://a.example/2026/08/piano.jpg")
    assert not same_picture("https://a.example/harbour-2024.jpg", "https://a.example/harbour-2025.jpg")
    assert not same_picture("https://a.example/harbour-1.jpg", "https://a.example/harbour-2.jpg")
    assert not same_picture("https://a.example/1785745800_1.jpg", "https://a.example/1785745800_2.jpg")
    assert not same_picture("https://a.example/i/harbour_l.jpg", "https://a.example/o/harbour.jpg")
    assert not same_picture("https://a.example/i/harbour_l.jpg", "https://a.example/i/harbour_a.jpg")
    assert not same_picture("https://a.example/harbour-1024x683.jpg", "https://a.example/piano-1024x683.jpg")


@pytest.mark.parametrize(
    "address", ["/logo.png", "/share-image.jpg", "/x/default.jpg", "/og-default.png", "data:,", "/1x1.gif"]
)
def test_logos_and_placeholders_are_known_by_their_names(address: str) -> None:
    assert is_placeholder(address)


def test_a_height_that_follows_from_the_width_makes_no_placeholder() -> None:
    assert not is_placeholder("https://a.example/harbour.jpg?w=680&h=0")


def test_icons_and_badges_in_the_text_are_no_pictures_of_an_article_without_any() -> None:
    for furniture in (
        '<img class="icon" src="/a.jpg">',
        '<img src="/badge.jpg" width="40">',
        '<div class="author"><img src="/ana-ruiz.jpg"></div>',
        '<figure><img src="/ana-ruiz.jpg"><figcaption>By Ana Ruiz</figcaption></figure>',
        '<figure><img src="/ana-ruiz.jpg"><figcaption><time>3 August 2026</time></figcaption></figure>',
        '<a href="/2"><img src="/other-story.jpg"></a>',
    ):
        assert pictures(furniture) == []


def test_a_credited_paragraph_below_a_picture_is_its_caption() -> None:
    shown = '<p><img src="/harbour.jpg"></p><p>The piano at the pier. (Photo/Xinhua)</p>'
    caption = "The piano at the pier. (Photo/Xinhua)"
    assert pictures(shown) == [("/harbour.jpg", caption)]
    lead = '<meta property="og:image" content="/harbour-1200x630.jpg">'
    assert pictures(shown, lead) == [("/harbour-1200x630.jpg", caption)]


def test_a_gallery_without_text_has_all_its_pictures() -> None:
    shown = "".join(
        f'<figure><img src="/{name}.jpg"><figcaption>The {name}.</figcaption></figure>' for name in ("pier", "piano")
    )
    page = f"<body><nav><img src='/nav.jpg'></nav><main><h1>Harbour</h1>{shown}</main></body>"
    head = '<html><head><meta property="og:image" content="/pier.jpg"></head>'
    found = read([GenericPage(Source(URL, (head + page).encode()))]).body.pictures
    assert found == [("/pier.jpg", "The pier."), ("/piano.jpg", "The piano.")]


def test_a_caption_is_found_in_a_figure_or_an_element_named_after_it() -> None:
    assert pictures('<figure><img src="/a.jpg"><figcaption>The pier.</figcaption></figure>') == [
        ("/a.jpg", "The pier.")
    ]
    named = '<div class="wp-caption"><img src="/a.jpg"><p class="wp-caption-text">The pier.</p></div>'
    assert pictures(named) == [("/a.jpg", "The pier.")]


def test_a_copy_for_browsers_without_scripts_is_the_same_picture() -> None:
    lazy = '<img src="data:," data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript>'
    assert pictures(f"<figure>{lazy}<figcaption>The pier.</figcaption></figure>") == [("/a.jpg", "The pier.")]


def test_pictures_of_teasers_authors_and_icons_are_not_the_articles() -> None:
    others = (
        '<div><a href="/2026/whales"><img src="/whales.jpg"></a></div>'
        '<div class="author-box"><img src="/ana.jpg"></div><img src="/x.png" width="32" height="32">'
        '<nav><img src="/menu.jpg"></nav><article><img src="/other.jpg"></article>'
    )
    assert pictures(others + '<img src="/a.jpg">') == [("/a.jpg", None)]
    assert pictures('<img src="/a.jpg">', after='<img src="/b.jpg">') == [("/a.jpg", None)]


def test_a_picture_that_links_to_itself_is_the_articles() -> None:
    assert pictures('<a href="/a-large.jpg"><img src="/a.jpg"></a>') == [("/a.jpg", None)]


def test_the_lead_picture_comes_first_and_counts_once_with_its_caption() -> None:
    head = '<meta property="og:image" content="/2026/pier-1200x630.jpg">'
    figure = '<img src="/a.jpg"><figure><img src="/2026/pier-640x336.jpg"><figcaption>The pier.</figcaption></figure>'
    assert pictures(figure, head) == [("/2026/pier-1200x630.jpg", "The pier."), ("/a.jpg", None)]


def test_a_lead_picture_of_the_site_does_not_count() -> None:
    assert pictures("", '<meta property="og:image" content="/static/logo.png">') == []
    linked = '<script type="application/ld+json">{"@type": "Article", "image": {"url": "/2026/pier.jpg"}}</script>'
    assert pictures("", f'<meta property="og:image" content="/logo.png">{linked}') == [("/2026/pier.jpg", None)]


@pytest.mark.parametrize(
    ("caption", "credit"),
    [
        ("The pier. Photo: Ana Ruiz", "Ana Ruiz"),
        ("The pier (AP Photo/Ana Ruiz)", "AP Photo/Ana Ruiz"),
        ("Der Steg. Foto: dpa", "dpa"),
        ("Der Steg. © Mara Lind", "Mara Lind"),
        ("La jetée. Crédit photo : AFP", "AFP"),
        ("El muelle. EFE/Ana Gil", "EFE/Ana Gil"),
        ("Пирс. Фото: ТАСС", "ТАСС"),
        ("码头。摄影：李明", "李明"),
        ("المرسى. تصوير: ليلى حداد", "ليلى حداد"),
        ("המזח. צילום: נועה לוי", "נועה לוי"),
        ("The pier. Getty Images", "Getty Images"),
        ("القارب عند الرصيف (رويترز)", "رويترز"),
        ("القارب عند الرصيف. (أ ف ب)", "أ ف ب"),
        ("船を待つ人たち（鈴木一郎撮影）", "鈴木一郎"),
        ("船を待つ人たち＝25日、鈴木一郎撮影", "鈴木一郎"),
        ("船を待つ人たち＝25日、渡島町で佐藤はなこ撮影", "佐藤はなこ"),
        ("雪の桟橋（24日午前7時、渡島汽船提供）", "渡島汽船"),
        ("船を待つ人たち＝共同", "共同"),
        ("船を待つ人たち＝AFP時事", "AFP時事"),
        ("昔の桟橋＝2019年撮影", None),
        ("昔の桟橋（昨年撮影）", None),
        ("桟橋（ドローンで撮影）", None),
        ("桟橋で記念に撮影", None),
        ("桟橋＝渡島町", None),
        ("La photo de famille", None),
        ("The pier at dawn.", None),
    ],
)
def test_credits_of_many_languages(caption: str, credit: str | None) -> None:
    assert credit_in(caption) == credit


def test_a_gallery_behind_the_text_is_the_articles_with_its_pictures_without_captions() -> None:
    one = '<figure><img src="/a/harbour-1024x683.jpg"><figcaption>The harbour at dawn.</figcaption></figure>'
    others = "".join(f'<figure><img src="/a/{name}-1024x683.jpg"></figure>' for name in ("piano", "pier"))
    markup = f"<html><body><article><h1>Ferries at dawn</h1>{''.join(TEXT)}<figure>{one}{others}</figure></article>"
    assert read([GenericPage(Source(URL, markup.encode()))]).body.pictures == [
        ("/a/harbour-1024x683.jpg", "The harbour at dawn."),
        ("/a/piano-1024x683.jpg", None),
        ("/a/pier-1024x683.jpg", None),
    ]


@given(st.text(max_size=80))
def test_a_picture_is_the_same_as_itself(address: str) -> None:
    assert same_picture(address, address)
    assert isinstance(picture_key(address), str)
    assert isinstance(is_placeholder(address), bool)


@pytest.mark.parametrize(("one", "other"), [("/a/main.jpg", "/b/main.jpg"), ("/image.php?id=101", "/image.php?id=102")])
def test_pictures_whose_files_have_one_name_are_two_if_their_captions_differ(one: str, other: str) -> None:
    first = f"<figure><img src='{one}'><figcaption>The quay at dawn.</figcaption></figure>"
    second = f"<figure><img src='{other}'><figcaption>The piano on deck.</figcaption></figure>"
    shown = [(one, "The quay at dawn."), (other, "The piano on deck.")]
    assert pictures(first + second) == shown
    head = f"<meta property='og:image' content='https://www.harbourpost.example{other}'>"
    lead = (f"https://www.harbourpost.example{other}", "The piano on deck.")
    assert pictures(first + second, head) == [lead, shown[0]]


def test_a_size_of_a_picture_with_a_longer_caption_is_the_same_picture() -> None:
    small = "<figure><img src='/quay-300x200.jpg'><figcaption>The quay.</figcaption></figure>"
    large = "<figure><img src='/quay-900x600.jpg'><figcaption>The quay. Photo: Ana Ruiz</figcaption></figure>"
    assert pictures(small + large) == [("/quay-300x200.jpg", "The quay.")]
