"""The names of reporters and outlets in Chinese text, as patterns; text has no blanks between its words."""

import re

HAN = r"[\u3400-\u9fff]"
_LATIN = r"[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3}"
#: 李维 | 欧阳文静 | 约翰·史密斯 | John Smith
NAME = rf"(?:{HAN}{{1,8}}(?:[·•・]{HAN}{{1,8}}){{1,3}}|{HAN}{{2,4}}|{_LATIN})"
#: Agencies, and what papers call themselves; others are told by their form: 北京日报.
OUTLET = (
    rf"(?:中新社|中新网|中新網|中新经纬|中国新闻社|中国新闻网|新华社|新華社|新华网|中央社|中通社|人民网|央视新闻|央视网|央广网|光明网"
    rf"|法新社|路透社|美联社|共同社|韩联社|塔斯社|本报|本報|本网|本網|本刊|本台|本社"
    rf"|{HAN}{{2,6}}(?:日报|日報|晚报|晚報|晨报|早报|商报|时报|時報|都市报|青年报|周刊|新闻网|电视台|在线))"
)
#: 记者 | 驻伦敦记者 | 实习记者 | 通讯员
REPORTER = rf"(?:驻{HAN}{{2,6}}?)?(?:特派|实习|首席|见习|特约)?(?:摄影)?(?:记者|記者|通讯员|通訊員|评论员|撰稿人)"

# The surnames that nearly all Chinese have. A word such as 调查 or 手记 begins with none of them.
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪"
    "舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣邓郁单杭"
    "洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊甄曲家封芮储靳邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎"
    "祖武符刘景詹束龙叶幸司韶黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂牛寿通边"
    "扈燕冀浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终居衡步都耿满弘匡国文寇广禄阙东欧沃利蔚越隆师巩聂晁勾敖融冷辛阚"
    "那简饶空曾沙养鞠须丰巢关蒯相查后荆红游竺权盖益桓公邝仝肖闫覃付岳帅缑亢况琴商佘佟阳楚火战格桑尼扎木达次"
    "趙錢孫鄭馮陳衛蔣韓楊許呂張嚴華謝鄒竇蘇範魯韋馬鳳費賀湯羅畢鄔樂於傅齊顧黃蕭談龐紀項藍閔賈婁顏鍾駱萬盧應鄧單諸龔陸榮儲烏車寧"
    "劉葉龍賴喬雙聞譚勞邊莊閻連習魚廣歐聶簡饒關遊權蓋鄺閆"
)
_BETWEEN = re.compile(r"\s*[、，,;；]\s*|\s+")
_LATIN_NAME = re.compile(_LATIN)


def names_in(text: str) -> list[str]:
    """Return the names in a text that is made of nothing else; [] for any other text.

    >>> names_in("赵蕾 徐伟、约翰·史密斯"), names_in("深度调查")
    (['赵蕾', '徐伟', '约翰·史密斯'], [])
    """
    if _LATIN_NAME.fullmatch(text):
        return [text]
    names = [name for name in _BETWEEN.split(text.strip()) if name]
    return names if all(is_name(name) for name in names) else []


def is_name(text: str) -> bool:
    """Return whether a word is a name by its form, and by its surname if it is Chinese."""
    if not _IS_NAME.fullmatch(text):
        return False
    return text[0].isascii() or "·" in text or "•" in text or "・" in text or text[0] in _SURNAMES


_IS_NAME = re.compile(NAME)
