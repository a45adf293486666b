"""axe-core finds nothing in any state, and a screen reader hears each answer once."""

import pytest
from playwright.sync_api import expect

from conversations.models import BusinessHours, WidgetSettings
from tests.browser.barriers import found_on
from tests.browser.chat import PATIENCE_MS

ANSWER = """You can return it within **30 days** [see](https://shop.example/r).

| Item | Fee |
|---|---|
| Boots | free |

```
code
```
"""
HEARD = """panel => {
  window.heard = [];
  const voice = panel.querySelector('p.unseen');
  new MutationObserver(() => window.heard.push(voice.textContent)).observe(voice,
    { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def everything(tenant):
    WidgetSettings.objects.create(
        tenant=tenant,
        takes_files=True,
        mail_capture=True,
        privacy_url="https://shop.example/privacy",
        prechat=[
            {"name": "name", "label": "Your name", "type": "text", "required": True},
            {"name": "topic", "label": "Topic", "type": "choice", "choices": ["Order", "Other"]},
        ],
    )
    BusinessHours.objects.create(tenant=tenant, zone="UTC", week=[[]] * 7)


@pytest.mark.parametrize(("locale", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_axe_finds_nothing_in_any_state(live, page, visit, everything, locale, direction):
    live.behave([{"match": "*", "text": ANSWER, "token_ms": 30}])
    # the strings are those of the page's language; parts are found by what they are
    page.emulate_media(reduced_motion="reduce")  # what fades in is pale for a moment
    chat = visit(page, locale=locale)
    assert found_on(page, "cx-chat") == []
    chat.launcher.click()
    panel = chat.panel
    expect(panel.locator(".inside")).to_have_attribute("dir", direction)
    states = {}
    form = panel.locator(".drawer form")
    expect(form).to_be_visible(timeout=PATIENCE_MS)
    states["form"] = found_on(page, "cx-chat")
    form.locator("button.main").click()
    expect(form.locator("[aria-invalid=true]")).to_be_focused()
    states["mistake"] = found_on(page, "cx-chat")
    form.locator("input").fill("Ada")
    form.locator("button.main").click()
    expect(form).to_have_count(0)
    states["empty"] = found_on(page, "cx-chat")
    chat.say("How long do returns take?")
    expect(panel.locator("article").nth(1)).to_contain_text("return", timeout=PATIENCE_MS)
    states["streaming"] = found_on(page, "cx-chat")
    tools = panel.locator(".tools")
    expect(tools).to_be_visible(timeout=PATIENCE_MS)
    expect(panel.locator("table")).to_be_visible()
    states["answered"] = found_on(page, "cx-chat")
    tools.locator("[name=bad]").click()
    expect(form).to_be_visible()
    states["reason"] = found_on(page, "cx-chat")
    page.keyboard.press("Escape")
    panel.locator("button.menu").click()
    states["menu"] = found_on(page, "cx-chat")
    panel.locator(".item").nth(3).click()
    expect(panel.locator(".star").first).to_be_visible()
    states["score"] = found_on(page, "cx-chat")
    page.keyboard.press("Escape")
    page.emulate_media(color_scheme="dark")
    states["dark"] = found_on(page, "cx-chat")
    page.emulate_media(color_scheme="light", forced_colors="active", reduced_motion="reduce")
    states["forced colours"] = found_on(page, "cx-chat")
    page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": 320, "height": 480})  # 640 px at 200 %
    states["320 px"] = found_on(page, "cx-chat")
    wide = panel.evaluate("one => one.scrollWidth > one.clientWidth")
    assert not wide
    assert {name: found for name, found in states.items() if found} == {}


def test_an_answer_is_announced_once_when_it_is_whole(live, page, visit):
    live.behave([{"match": "*", "text": "Within **30 days** of delivery, free of charge."}])
    chat = visit(page).open()
    chat.panel.evaluate(HEARD)
    chat.say("How long?")
    chat.wait_for("Within")
    growing = chat.log.aria_snapshot()
    assert "- article:" in growing
    assert "You:" in growing
    expect(chat.log).to_have_attribute("aria-live", "off")
    chat.announced("Assistant: Within 30 days of delivery, free of charge.")
    page.wait_for_timeout(300)
    assert page.evaluate("window.heard") == [
        "Assistant: Within 30 days of delivery, free of charge."
    ]
    done = chat.log.aria_snapshot()
    for part in ("- strong: 30 days", 'button "Copy"', 'button "Good answer"', "Assistant:"):
        assert part in done
