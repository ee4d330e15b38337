"""The little Markdown that descriptions are written in, as HTML: paragraphs, lists, code, emphasis. Pure."""

import re
from typing import Final

from markupsafe import Markup, escape

_INLINE: Final = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"(?<![\w*])\*([^*\s][^*]*)\*(?![\w*])"), r"<em>\1</em>"),
)
# What stands in code is no emphasis.
_CODE: Final = re.compile(r"(`[^`]+`)")
_ITEM: Final = "* "


def html(text: str) -> Markup:
    """The text as paragraphs and lists; everything that is no Markdown stays as it is, escaped."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return Markup("\n").join(_list(block) if block.startswith(_ITEM) else _paragraph(block) for block in blocks)


def inline(text: str) -> Markup:
    """The text as part of a line."""
    return Markup("").join(_code(part) if part.startswith("`") else _words(part) for part in _CODE.split(text))


def _paragraph(block: str) -> Markup:
    return Markup("<p>{}</p>").format(inline(block))


def _list(block: str) -> Markup:
    items = [item.strip() for item in re.split(r"(?m)^\* ", block) if item.strip()]
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(inline(item)) for item in items))


def _code(part: str) -> Markup:
    pattern, code = _INLINE[0]
    return Markup(pattern.sub(code, str(escape(part))))  # noqa: S704 - escaped


def _words(part: str) -> Markup:
    text = str(escape(part))
    for pattern, tag in _INLINE[1:]:
        text = pattern.sub(tag, text)
    return Markup(text)  # noqa: S704 - escaped
