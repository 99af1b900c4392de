"""Bylines of Chinese news, in a paragraph of their own: `中新社记者 赵蕾 徐伟`, `作者：李维`, `文/李维`."""

import re

from ecnscrawl.pages.chinese.names import OUTLET, REPORTER, names_in

_BRACKETS = "()（）[]【】"
_MARKS = " ■▲●◆□△○◎"
# 本报记者 李维 | 新华社驻伦敦记者 李维 | 作者：李维 | 文/李维 | 撰文：李维
_ROLE = rf"(?:(?:(?:{OUTLET})?{REPORTER}|作者|撰文|撰稿)(?:\s*[:：/|｜]\s*|\s+)|文\s*[:：/／|｜]\s*)"
_PARTS = re.compile(rf"{_ROLE}(?P<names>.+?)(?=\s*[,，、;；]?\s*{_ROLE}|$)")
_MAX_LETTERS = 100


def byline(text: str) -> list[str]:
    """Return the names of a paragraph that is only a byline; [] for any other.

    >>> byline("本报记者 赵蕾 通讯员 徐伟"), byline("记者 赵蕾从会上获悉，雪停了。")
    (['赵蕾', '徐伟'], [])
    """
    inner = text.strip(_BRACKETS + _MARKS)
    if len(inner) > _MAX_LETTERS:
        return []
    found: list[str] = []
    end = 0
    for part in _PARTS.finditer(inner):
        names = names_in(part["names"])
        if not names or inner[end : part.start()].strip(" ,，、;；"):
            return []
        found += names
        end = part.end()
    return found if end == len(inner) else []
