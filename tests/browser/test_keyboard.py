"""The widget is used without a mouse."""

from playwright.sync_api import expect

from tests.browser.chat import PATIENCE_MS

COMPOSING = """box => box.dispatchEvent(new KeyboardEvent(
    'keydown', {key: 'Enter', isComposing: true, bubbles: true, composed: true}))"""


def test_a_whole_talk_by_keyboard(live, page, visit):
    live.behave([{"match": "*", "text": "Within **30 days**."}])
    chat = visit(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(chat.launcher).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.box).to_be_focused()
    expect(chat.launcher).to_have_attribute("aria-expanded", "true")

    page.keyboard.type("How long")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("do returns take?")
    expect(chat.box).to_have_value("How long\ndo returns take?")
    page.keyboard.press("Enter")
    expect(chat.box).to_have_value("")
    chat.wait_for("30 days")
    said = chat.panel.get_by_role("status").filter(has_text="Assistant: ")
    expect(said).to_have_text("Assistant: Within 30 days.", timeout=PATIENCE_MS)

    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()
    expect(chat.launcher).to_have_attribute("aria-expanded", "false")


def test_an_opener_is_a_button_and_sends_its_words(live, page, visit):
    chat = visit(page).open()
    opener = chat.log.get_by_role("button", name="你们的退货政策是什么？")
    expect(opener).to_be_visible(timeout=PATIENCE_MS)
    page.keyboard.press("Shift+Tab")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat.messages.first).to_contain_text("你们的退货政策是什么？")
    expect(opener).to_be_hidden()


def test_enter_that_ends_a_composed_character_does_not_send(live, page, visit):
    chat = visit(page).open()
    chat.box.fill("退货")
    chat.box.evaluate(COMPOSING)
    expect(chat.box).to_have_value("退货")
    expect(chat.messages).to_have_count(0)


def test_on_a_phone_the_keyboard_stays_in_the_chat(live, page, visit):
    page.set_viewport_size({"width": 390, "height": 844})
    chat = visit(page).open()
    expect(chat.panel).to_have_attribute("aria-modal", "true")
    box = chat.panel.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.localName") == "cx-chat"


def test_too_long_a_message_is_told_before_it_is_sent(live, page, visit):
    chat = visit(page).open()
    chat.box.fill("好" * 3500)
    expect(chat.panel).to_contain_text("500 left")
    chat.box.fill("好" * 4001)
    expect(chat.panel).to_contain_text("1 too many")
    chat.box.press("Enter")
    expect(chat.box).to_have_value("好" * 4001)
    expect(chat.messages).to_have_count(0)
