import json
from playwright.sync_api import expect
from tests.browser.chat import Chat, PATIENCE_MS
from tests.guardrails.publishing import set_policy

ANSWER = """You can return any item within **30 days** [1]. Here is how:

1. Open *Your orders* and choose the item
2. Print the label
3. Drop the parcel at any post office

| Item | Fee |
|---|---|
| Boots | free |
| Tents | 4.90 € |

See [our returns page](https://shop.example/returns) for more."""


def shot(page, name):
    page.wait_for_timeout(350)
    page.screenshot(path=f"/tmp/widget_shots/{name}.png")


def test_shots(live, page, visit, site, tenant):
    import os
    os.makedirs("/tmp/widget_shots", exist_ok=True)
    live.behave([{"match": "*", "text": ANSWER}])
    def config(route):
        answer = route.fetch()
        body = answer.json()
        body["config"] |= {"privacy_url": "https://shop.example/privacy", "upload": True, "csat": True, "mail_capture": True,
            "hours": {"open": False, "text": "We are back on Monday at 9:00."}}
        route.fulfill(response=answer, json=body)
    page.route("**/widget/session", config)
    chat = visit(page)
    page.wait_for_timeout(300)
    shot(page, "01_launcher")
    chat.open()
    shot(page, "02_empty")
    chat.say("How long do returns take?")
    chat.wait_for("for more")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    shot(page, "03_answer")
    chat.log.evaluate("one => { one.scrollTop = 0 }")
    shot(page, "03b_top")
    chat.panel.get_by_role("button", name="Bad answer").click()
    shot(page, "04_reason")
    page.keyboard.press("Escape")
    chat.panel.get_by_role("button", name="More").click()
    shot(page, "05_menu")
    chat.panel.get_by_role("button", name="Rate this chat").click()
    chat.panel.locator(".star").nth(3).click()
    shot(page, "06_rate")
    page.keyboard.press("Escape")
    chat.box.fill("Thank you, and what about the tent I bought last summer, which has a small hole?")
    page.emulate_media(color_scheme="dark")
    shot(page, "07_dark")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "08_phone_dark")
    page.emulate_media(color_scheme="light")
    shot(page, "09_phone")
    page.set_viewport_size({"width": 320, "height": 600})
    shot(page, "10_320")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.context.set_offline(True)
    page.wait_for_timeout(500)
    shot(page, "11_offline")
    page.context.set_offline(False)
    page.evaluate("Cx('locale', 'ar')")
    page.wait_for_timeout(1500)
    shot(page, "12_ar")
    page.goto(f"{live.url}/c/{tenant.public_key}/")
    expect(page.get_by_role("log")).to_contain_text("Hello", timeout=PATIENCE_MS)
    shot(page, "13_page")
    page.set_viewport_size({"width": 390, "height": 844})
    shot(page, "14_page_phone")
