"""Generate text for invented news from a seeded random generator: headlines, sentences, names, captions."""

from random import Random

FAMILY = ("Lin", "Qiao", "Meng", "Tao", "Fan", "Shi", "Yue", "Cheng", "Bai", "Ouyang", "Gu", "Ren")
GIVEN = ("Qiaoyu", "Wen", "Hong'e", "Jialan", "Bo", "Suyin", "Rui", "Dan", "Zhenlu", "Kexin", "Anping", "Yi")
FOREIGN = ("Ana Brandão", "Marek Novák", "Zoë Hartley", "Ibrahim Osei", "Léa Moreau", "Tom Whitlock", "Priya Nair")

ADJECTIVES = (
    "quiet", "coastal", "wooden", "long-awaited", "solar-powered", "hand-painted", "northern", "record", "small",
    "century-old", "floating", "green", "low-lying", "unhurried", "terraced", "mobile", "bilingual", "night-time",
)  # fmt: skip
THINGS = (
    "ferry", "tea garden", "library", "observatory", "orchard", "footbridge", "seed bank", "lantern fair", "tidal pool",
    "rail depot", "weather mast", "porcelain kiln", "wetland", "choir", "printing house", "harbour", "glacier station",
    "beekeeping school", "canal lock", "kite museum", "grain store", "cable car", "fish market", "reading room",
)  # fmt: skip
PLACES = (
    "Hexi Bay", "Lanfeng", "Qingtao county", "Upper Maling", "Yunbei", "Dongwan Cove", "the Tarlo basin", "Port Amsel",
    "Wuyan Islands", "Nanshu", "Greater Vell", "Little Harrow", "Shuibei town", "the Orlen plateau",
)  # fmt: skip
VERBS = (
    "opened", "repaired", "measured", "lent", "renamed", "planted", "catalogued", "moved", "lit", "reopened", "mapped",
    "restored", "counted", "exchanged", "insured", "heated", "photographed", "weighed",
)  # fmt: skip
PEOPLE = (
    "villagers", "engineers", "volunteers", "pupils", "rangers", "two sisters", "the harbour office",
    "a team of divers", "retired teachers", "local cooks", "surveyors", "the county council", "apprentices",
    "gardeners", "ferrymen",
)  # fmt: skip
TIMES = (
    "on Tuesday", "before dawn", "after three years", "last autumn", "within a week", "by the end of June", "at noon",
    "for the first time since 1987", "despite heavy rain", "during the holiday", "ahead of schedule", "once again",
)  # fmt: skip
REASONS = (
    "because the old one leaked", "so that nobody has to wait", "which pleased most of the neighbours",
    "though the budget allowed only half of it", "and few expected it to last", "as the almanac had advised",
    "while a brass band played", "to the relief of shopkeepers", "with help from the next valley",
)  # fmt: skip
SPECIAL = (
    "R&D spending rose 4.5% – more than planned.", "“We did it ourselves,” said {name}.", "A café served 1,200 guests…",
    "The sign reads “丝绸之路”, the Silk Road.", "Rice (大米) cost < 4 yuan a kilo.",
    "It is -12 °C there, and €5 a ride.", "{name}'s team won 3–2.", "The word 缘分 has no English twin.",
    "That is 7 × 24 hours, said {name} — twice.", "Peking Univ. & partners agreed.", "The naïve façade stayed.",
)  # fmt: skip
CITIES = ("BEIJING", "SHANGHAI", "NEW YORK", "HONG KONG", "XI'AN", "CANBERRA", "ADDIS ABABA", "Chengdu", "Kunming")
SOURCES = ("Xinhua", "China Daily", "chinadaily.com.cn", "Ecns.cn", "China News Service", "CGTN", "Global Times")
CREDITS = (
    ("(Photo/Xinhua)", "Xinhua"),
    ("[Photo/Xinhua]", "Xinhua"),
    ("[Photo/VCG]", "VCG"),
    ("(Photo provided to chinadaily.com.cn)", "chinadaily.com.cn"),
    ("(Provided to China Daily)", "China Daily"),
    ("(Photo: China News Service/ {name})", "China News Service/ {name}"),
    ("[Photo: China News Service/{name}]", "China News Service/{name}"),
)
"""Photo credits at the end of captions, and the credit in the record."""


def name(rng: Random) -> str:
    """A person's name; a Chinese one has the family name first."""
    if rng.random() < 0.15:
        return rng.choice(FOREIGN)
    return f"{rng.choice(FAMILY)} {rng.choice(GIVEN)}"


def headline(rng: Random) -> str:
    """A headline, without a full stop at the end."""
    start = f"{rng.choice(PEOPLE)} in {rng.choice(PLACES)} {rng.choice(('open', 'repair', 'share', 'rename', 'save'))}"
    line = f"{start} {rng.choice(ADJECTIVES)} {rng.choice(THINGS)} {rng.choice(TIMES)}"
    line = line[0].upper() + line[1:]
    mark = rng.random()
    if mark < 0.06:
        return f"In Numbers: {line} & more"
    if mark < 0.12:
        return f"'{line}': São Lourenço's example"
    return f"{line}, {rng.choice(REASONS)}" if mark < 0.3 else line


def sentence(rng: Random) -> str:
    """One sentence, with a full stop at the end."""
    if rng.random() < 0.12:
        return _special(rng)
    return _report(rng, f" No. {rng.randrange(2, 900)}" if rng.random() < 0.4 else "")


def caption(rng: Random) -> str:
    """One or two sentences; it contains a random number, so that no paragraph of the body is equal to it."""
    text = _report(rng, f" No. {rng.randrange(10_000, 90_000)}")
    return f"{text} {_special(rng)}" if rng.random() < 0.15 else text


def _special(rng: Random) -> str:
    return rng.choice(SPECIAL).format(name=name(rng))


def _report(rng: Random, number: str) -> str:
    subject = rng.choice(PEOPLE)
    tail = f" {rng.choice(REASONS)}" if rng.random() < 0.5 else ""
    done = f"{rng.choice(VERBS)} the {rng.choice(ADJECTIVES)} {rng.choice(THINGS)}{number}"
    text = f"{subject} in {rng.choice(PLACES)} {done} {rng.choice(TIMES)}{tail}."
    return text[0].upper() + text[1:]


def paragraph(rng: Random) -> str:
    """One to four sentences."""
    return " ".join(sentence(rng) for _ in range(rng.randint(1, 4)))


def phrase(rng: Random) -> str:
    """A few words, as for a list item, a table cell or a heading."""
    return f"{rng.choice(ADJECTIVES)} {rng.choice(THINGS)} {rng.randrange(2, 900)}".capitalize()
