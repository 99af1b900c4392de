"""Credits, bylines and datelines in Chinese text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.chinese.patterns import Chinese
from ecnscrawl.pages.text_patterns import patterns_of

CHINESE = Chinese()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("图为游客在哈尔滨看冰灯。 中新社记者 李维 摄", "中新社记者 李维"),
        ("图为游客在哈尔滨看冰灯。中新网记者李维 摄", "中新网记者李维"),
        ("图为游客在哈尔滨看冰灯。 中新社发 李维 摄", "中新社发 李维"),
        ("图为游客在哈尔滨看冰灯 新华社记者 李维 徐伟 摄", "新华社记者 李维 徐伟"),
        ("游客在看冰灯。新华社发（李维 摄）", "新华社发（李维 摄）"),
        ("图为古镇夜景。李维摄", "李维"),
        ("图为古镇夜景 李维 徐伟 摄", "李维 徐伟"),
        ("图为古镇夜景。 约翰·史密斯 摄", "约翰·史密斯"),
        ("中新社记者 李维 摄", "中新社记者 李维"),
        ("游客在看冰灯。 记者 摄", "记者"),
        ("受访者供图", "受访者"),
        ("工程师在检查大桥。哈尔滨市气象局 供图", "哈尔滨市气象局"),
        ("游客在看冰灯。(图/视觉中国)", "视觉中国"),
        ("游客在看冰灯。（图片来源：视觉中国）", "视觉中国"),
        ("游客在看冰灯。(中新社记者 李维 摄)", "中新社记者 李维"),
        ("游客在看冰灯。图片来源：央视新闻", "央视新闻"),
        ("大桥合龙的画面。(央视新闻截图)", "央视新闻"),
        ("無人機拍下的大橋。 記者 李維 攝", "記者 李維"),
        ("游客在看冰灯。 北京日报记者 李维 摄。", "北京日报记者 李维"),
    ],
)
def test_a_credit_is_read_as_written(text: str, expected: str) -> None:
    assert CHINESE.credit(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "游客在看冰灯。", "他喜欢旅行和拍摄", "他把大桥的每一天都拍摄下来。他把它拍摄", "摄", "(完)", "（见下图）", "(资料图)",
        "大桥今天通车(如图)", "中新社哈尔滨1月5日电 游客在看冰灯。 李维 摄", "视频截图", "节目由两家电视台联合拍摄",
        "来源是一位工程师", "图为大桥",
    ],
)  # fmt: skip
def test_a_text_without_a_credit_gives_none(text: str) -> None:
    assert CHINESE.credit(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中新社记者 李维 徐伟", ["李维", "徐伟"]),
        ("本报记者 李维", ["李维"]),
        ("本报记者 李维 本报通讯员 徐伟", ["李维", "徐伟"]),
        ("新华社驻伦敦记者 李维", ["李维"]),
        ("■本报记者 李维", ["李维"]),
        ("（记者 李维、徐伟）", ["李维", "徐伟"]),
        ("作者：李维", ["李维"]),
        ("文/李维", ["李维"]),
        ("撰文：欧阳文静", ["欧阳文静"]),
        ("中新网记者 约翰·史密斯", ["约翰·史密斯"]),
        ("作者：John Smith", ["John Smith"]),
        ("記者 趙蕾", ["趙蕾"]),
    ],
)
def test_a_byline_names_its_authors(text: str, expected: list[str]) -> None:
    assert CHINESE.byline(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "记者观察", "记者手记", "记者 调查", "本报评论员", "记者 李维从会上获悉，大桥下月通车。", "作者：佚名，大桥下月通车。", "文/图",
        "大桥下月通车。记者 李维", "(记者 李维)大桥下月通车。", "中新社记者", "作者：", "李维",
    ],
)  # fmt: skip
def test_a_paragraph_that_is_more_than_a_byline_is_none(text: str) -> None:
    assert CHINESE.byline(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中新社北京6月21日电 (记者 李维)大桥通车。", "北京"),
        ("中新网约翰内斯堡5月1日电 (记者 李维)大桥通车。", "约翰内斯堡"),
        ("中新社北京九月二十七日电 题：大桥通车", "北京"),
        ("新华社西藏吉隆9月2日电(记者李维)大桥通车。", "吉隆"),
        ("新华社内蒙古自治区满洲里9月2日电 大桥通车。", "满洲里"),
        ("中新社吉林9月2日电 大桥通车。", "吉林"),
        ("据新华社伦敦4月18日电 大桥通车。", "伦敦"),
        ("本报上海9月30日讯 大桥通车。", "上海"),
        ("中新网客户端北京6月1日电 大桥通车。", "北京"),
        ("中新社南宁9月11日电，大桥通车。", "南宁"),
        ("北京日报通州6月1日讯 大桥通车。", "通州"),
        ("中新网5月1日电 大桥通车。", None),
        ("中新社记者5月1日从会上获悉，大桥通车。", None),
        ("5月1日，大桥通车。", None),
        ("大桥通车。中新社北京6月21日电", None),
    ],
)
def test_a_dateline_gives_its_place(text: str, expected: str | None) -> None:
    assert CHINESE.dateline(text) == expected


@pytest.mark.parametrize("language", ["zh", "zh-CN", "zh-Hant-TW", "ZH"])
def test_chinese_is_chosen_by_the_language(language: str) -> None:
    assert isinstance(patterns_of(language), Chinese)


_PIECES = [
    "中新社",
    "记者",
    "驻",
    "摄",
    "供图",
    "图/",
    "(",
    "）",
    " ",
    "。",
    "李维",
    "·",
    "、",
    "：",
    "6月21日",
    "电",
    "本报",
    "A",
    "约翰",
]


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join))
def test_names_and_credits_occur_in_the_text(text: str) -> None:
    found = [CHINESE.credit(text), CHINESE.dateline(text), *CHINESE.byline(text)]
    assert [each for each in found if each is not None and (not each or each not in text)] == []


@pytest.mark.parametrize(
    "piece", [*_PIECES, "中新社记者 ", "李维 ", "本报记者 李维 ", "图片来源", "北京", "新华社发（"]
)
def test_a_long_text_is_read_in_a_moment(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    start = time.process_time()
    for end in ("", " 摄", " 供图", "）", "记者 李"):
        CHINESE.credit(text + end)
        CHINESE.byline(text + end)
        CHINESE.dateline(text + end)
    assert time.process_time() - start < 2
