"""A model may write anything: nothing of it runs, and no link leads where links must not."""

import pytest
from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS

PAYLOADS = [
    "<script>window.pwned = 1</script>",
    "<img src=x onerror='window.pwned = 1'>",
    "<svg/onload=window.pwned=1>",
    "<iframe srcdoc='<script>parent.pwned=1</script>'></iframe>",
    "![picture](https://evil.example/pixel.png)",
    "![](javascript:window.pwned=1)",
    "[click](javascript:window.pwned=1)",
    "[click](JaVaScRiPt:window.pwned=1)",
    "[click](java\tscript:window.pwned=1)",
    "[click](\x01javascript:window.pwned=1)",
    "[click](data:text/html,<script>window.pwned=1</script>)",
    "[click](vbscript:msgbox)",
    "[click](//evil.example/without-scheme)",
    "[click](/\\evil.example/backslash)",
    "[click](/\t/evil.example/tab)",
    "[<img src=x onerror=window.pwned=1>](https://shop.example/a)",
    "https://shop.example/\"onmouseover=\"window.pwned=1",
    "**<b onclick=window.pwned=1>bold</b>**",
    "`<img src=x onerror=window.pwned=1>`",
    "| <img src=x onerror=pwned=1> | b |\n|---|---|\n| <script>x=1</script> | [x](javascript:1) |",
    "```html\n<script>window.pwned = 1</script>\n```",
    "- [x](javascript:window.pwned=1)\n  - <img src=x onerror=window.pwned=1>",
    "<a href='javascript:window.pwned=1'>a</a> <style>*{display:none}</style>",
]  # fmt: skip

LOOK = """root => ({
    elements: [...root.querySelectorAll('.said *')].map(one => one.localName),
    handlers: [...root.querySelectorAll('.said *')].flatMap(
        one => one.getAttributeNames()).filter(name => /^on|^style$|^src/.test(name)),
    links: [...root.querySelectorAll('.said a')].map(one => [one.protocol, one.rel, one.target]),
})"""
OUT = 'target="_blank" rel="noopener noreferrer nofollow"'
HARMLESS = {
    *("article", "div", "span", "p", "br", "a", "i", "em", "strong", "sup", "code", "pre", "small"),
    *("ul", "ol", "li", "table", "tr", "th", "td"),
}


def test_nothing_of_what_a_model_writes_runs(live, page, visit):
    live.behave([{"match": "*", "text": "\n\n".join([*PAYLOADS, "The end."])}])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chat = visit(page).open()
    chat.say("Tell me")
    chat.wait_for("The end.")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)

    root = page.locator("cx-chat").evaluate_handle("host => host.shadowRoot")
    found = root.evaluate(LOOK)
    for link in chat.answer().get_by_text("click").all():
        link.click(force=True)
    assert page.evaluate("window.pwned") is None
    assert found["elements"].count("button") == 4, "our own: copy, good, bad, another answer"
    assert set(found["elements"]) <= HARMLESS | {"button", "svg", "path", "time"}
    assert found["handlers"] == []
    assert found["links"], "the good ones are links"
    for protocol, rel, target in found["links"]:
        assert protocol == "https:"
        assert {"noopener", "noreferrer", "nofollow"} <= set(rel.split())
        assert target == "_blank"
    assert not [url for url in asked if "evil.example" in url]
    assert len(page.context.pages) == 1


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Say **yes** and *no*", "<p>Say <strong>yes</strong> and <em>no</em></p>"),
        ("1. one\n   - two\n2. three", "<ol><li>one<ul><li>two</li></ul></li><li>three</li></ol>"),
        ("# Head\ntext", "<p><strong>Head</strong></p><p>text</p>"),
        ("a `b*c*` d", "<p>a <code>b*c*</code> d</p>"),
        ("2 * 3 * 4 = 24, snake_case_name", "<p>2 * 3 * 4 = 24, snake_case_name</p>"),
        ("请看**这里**。", "<p>请看<strong>这里</strong>。</p>"),
        ("[a](/returns)", f'<p><a href="/returns" {OUT}>a</a></p>'),
        ("[a](tel:+123) [b](x.html)", f'<p><a href="tel:+123" {OUT}>a</a> [b] (x.html)</p>'),
        (
            "look ![a cat](https://x.example/cat.png) now",
            "<p>look ! [a cat] (https:// x.example/cat.png) now</p>",
        ),
    ],
)
def test_ordinary_markdown_looks_as_meant(live, page, visit, text, shown):
    live.behave([{"match": "*", "text": text}])
    chat = visit(page).open()
    chat.say("Tell me")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    assert chat.answer().locator(".body").inner_html() == shown


CLOSED = """async ([address, texts]) => {
    const { closed } = await import(address);
    return texts.map(closed);
}"""


@pytest.mark.parametrize(
    ("growing", "shown"),
    [
        ("Say **ye", "Say **ye**"),
        ("Say **", "Say "),
        ("see [our help](https://sh", "see "),
        ("one\n2", "one"),
        ("one\n2. ", "one"),
        ("one\n- ", "one"),
        ("one\n##", "one"),
        ("It costs 2", "It costs 2"),
    ],
)
def test_half_a_sign_is_not_shown_while_the_text_grows(site, page, growing, shown):
    page.goto(site.publish("/", ""))
    address = f"{site.url}/src/markdown.js"
    assert page.evaluate(CLOSED, [address, [growing]]) == [shown]
