"""The little Markdown of descriptions."""

import pytest

from orderloom.server.reference import prose


@pytest.mark.parametrize(
    "text, html",
    [
        ("One line\nand the next.", "<p>One line\nand the next.</p>"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>"),
        ("Its `code`.", "<p>Its <code>code</code>.</p>"),
        ("An *API token*, **never** else.", "<p>An <em>API token</em>, <strong>never</strong> else.</p>"),
        ("* one\n* two\n  goes on", "<ul><li>one</li><li>two\n  goes on</li></ul>"),
        ("`If-Match: *` or `*`", "<p><code>If-Match: *</code> or <code>*</code></p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("", ""),
    ],
)
def test_markdown_becomes_html(text: str, html: str) -> None:
    assert prose.html(text) == html


@pytest.mark.parametrize("text", ["<b>", "`<b>`", "*<b>*", "* <b>", "**<b>**", 'a "<b>" & b'])
def test_what_is_no_markdown_is_escaped(text: str) -> None:
    assert "&lt;b&gt;" in prose.html(text)
    assert "<b>" not in prose.html(text)
