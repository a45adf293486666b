"""Markdown that somebody else wrote does no harm on our pages."""

import re

import pytest

from conversations.markdown import as_html


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**bold** and `code`", "<p><strong>bold</strong> and <code>code</code></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        ("![the plan](https://spy.example/x.png)", "<p>the plan</p>"),
        ("![a <b>](x)", "<p>a &lt;b&gt;</p>"),
        ("", ""),
    ],
)
def test_it_is_shown(written, shown):
    assert as_html(written).strip() == shown


def test_a_link_is_not_vouched_for():
    html = as_html("[here](https://example.com)")
    assert 'href="https://example.com"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        '[x](https://e.example "onmouseover=alert(1)")\n\n<a href="javascript:1">y</a>',
        "```html\n<script>alert(1)</script>\n```",
        "![x](javascript:alert(1))",
    ],
)
def test_nothing_in_it_runs(written):
    html = as_html(written)
    for tag in ("<script", "<img", "<iframe", "<style"):
        assert tag not in html.lower()
    assert not re.search(r"<[^>]*(javascript:|data:|vbscript:|\son\w+=)", html, re.I)
