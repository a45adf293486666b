"""What few visitors use works too, and is loaded when it is used."""

import html
import re

import pytest
from playwright.sync_api import expect

from chatbot import intake
from conversations.models import (
    BusinessHours,
    Conversation,
    Rating,
    SentFile,
    Thumb,
    Visitor,
    WidgetSettings,
)
from tests.browser.barriers import found_on
from tests.browser.chat import PATIENCE_MS, Chat
from tests.browser.waiting import until
from tests.factories import make_member

PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
    b"\0\0\0\rIDATx\x9cc\xf8\xff\xff?\0\x05\xfe\x02\xfe\xa75\x81\x84\0\0\0\0IEND\xaeB`\x82"
)


@pytest.fixture
def settings(tenant):
    return WidgetSettings.objects.create(tenant=tenant)


def keep(settings, **fields):
    """The tenant's widget has these settings from now on."""
    for name, value in fields.items():
        setattr(settings, name, value)
    settings.save()


def test_thumbs_score_transcript_and_a_new_beginning(live, page, visit, settings):
    live.behave([{"match": "*", "text": "Within 30 days."}])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    chat = visit(page).open()
    chat.say("How long do returns take?")
    bad = chat.answer().get_by_role("button", name="Bad answer")
    expect(bad).to_be_visible(timeout=PATIENCE_MS)
    assert not [url for url in asked if "more.js" in url or "locales" in url]

    bad.click()
    reason = chat.panel.get_by_role("region", name="What was wrong?")
    reason.get_by_label("It is not true").check()
    reason.get_by_label(re.compile("Anything to add")).fill("It is 60 days")
    reason.get_by_role("button", name="Send").click()
    expect(reason).to_have_count(0)
    until(page, lambda: Thumb.objects.filter(comment="It is 60 days").exists())
    thumb = Thumb.objects.get()
    assert (thumb.value, thumb.reason) == (-1, "wrong")
    expect(bad).to_have_attribute("aria-pressed", "true")
    good = chat.answer().get_by_role("button", name="Good answer")
    good.click()
    expect(good).to_be_focused()
    expect(bad).not_to_have_attribute("aria-pressed", "true")
    until(page, lambda: Thumb.objects.get().value == 1)

    menu = chat.panel.get_by_role("button", name="More")
    menu.click()
    with page.expect_download() as download:
        chat.panel.get_by_role("button", name="Download this chat").click()
    text = download.value.path().read_text("utf-8")
    assert "How long do returns take?" in text
    assert "Within 30 days." in text
    expect(menu).to_be_focused()

    menu.click()
    chat.panel.get_by_role("button", name="Rate this chat").click()
    score = chat.panel.get_by_role("region", name="Rate this chat")
    score.get_by_role("button", name="Send").click()
    expect(chat.panel.get_by_role("alert")).to_contain_text("How was this chat?")
    chat.panel.get_by_role("radio", name="4 of 5").check()
    score.get_by_role("button", name="Send").click()
    until(page, lambda: Rating.objects.filter(score=4).exists())

    menu.click()
    chat.panel.get_by_role("button", name="Start over").click()
    chat.panel.get_by_role("button", name="Start over").click()
    expect(chat.messages).to_have_count(0)
    expect(chat.log.get_by_role("button", name="How long do returns take?")).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert Conversation.objects.count() == 2
    assert Visitor.objects.count() == 1


def test_a_form_before_a_file_in_and_an_address_after(
    live, page, visit, tenant, settings, tmp_path
):
    question = {"name": "order_no", "label": "Order number", "type": "text", "required": True}
    keep(settings, prechat=[question], takes_files=True, mail_capture=True, colour="#ffd400")
    BusinessHours.objects.create(tenant=tenant, zone="UTC", week=[[]] * 7)
    chat = visit(page)
    chat.launcher.click()
    form = chat.panel.get_by_role("region", name="Before you begin")
    expect(form).to_be_visible(timeout=PATIENCE_MS)
    form.get_by_role("button", name="Begin the chat").click()
    expect(form.get_by_role("alert")).to_contain_text("Order number")
    form.get_by_label("Order number").fill("A-17")
    form.get_by_role("button", name="Begin the chat").click()
    expect(form).to_have_count(0)
    assert Visitor.objects.get().answers == {"order_no": "A-17"}
    expect(chat.log).to_contain_text("Nobody is here")
    accent = chat.launcher.evaluate("one => getComputedStyle(one).backgroundColor")
    assert accent == "rgb(255, 212, 0)"

    chat.box.fill("   ")
    (tmp_path / "hole.png").write_bytes(PNG)
    (tmp_path / "notes.txt").write_text("no")
    for name, then in (("notes.txt", "Only pictures and PDF"), ("hole.png", "hole.png")):
        with page.expect_file_chooser() as chooser:
            chat.panel.get_by_role("button", name="Attach a file").click()
        chooser.value.set_files(tmp_path / name)
        expect(chat.panel).to_contain_text(then, timeout=PATIENCE_MS)
    expect(chat.answer()).to_contain_text("hole.png", timeout=PATIENCE_MS)
    assert SentFile.objects.get().type == "image/png"

    chat.person.first.click()
    chat.panel.get_by_role("button", name="Get the answer by e-mail").click()
    mail = chat.panel.get_by_label("Your e-mail address")
    mail.fill("ada")
    mail.press("Enter")
    expect(chat.panel.get_by_role("alert")).to_contain_text("not an e-mail")
    mail.fill("ada@shop.example")
    mail.press("Enter")
    until(page, lambda: Visitor.objects.get().email == "ada@shop.example")


def test_a_word_to_those_who_hesitate_and_the_score_when_a_person_has_left(
    live, page, visit, tenant, settings
):
    rules = html.escape('[{"match": "/*", "after_s": 0, "text": "Need help?"}]')
    chat = visit(page, proactive=rules, **{"z-index": 5})
    teaser = page.get_by_role("button", name="Need help?")
    expect(teaser).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    teaser.click()
    expect(chat.panel).to_be_visible(timeout=PATIENCE_MS)
    expect(teaser).to_have_count(0)

    chat.person.first.click()
    chat.wait_for("Somebody of the team")
    talk = Conversation.objects.get()
    ben = make_member(tenant, "ben")
    intake.staff_says(talk, ben, "Hello")
    chat.wait_for("Hello")
    intake.hand_back(talk)
    chat.panel.get_by_role("button", name="Rate this chat").click()
    expect(chat.panel.get_by_role("radio", name="5 of 5")).to_be_visible()


def test_the_page_can_steer_the_chat(live, page, visit, site):
    chat = visit(page, launcher="off", **{"open-on": "h1"})
    expect(chat.launcher).to_be_hidden()
    page.evaluate("""() => {
      window.told = [];
      for (const name of ['open', 'close', 'ready', 'message:sent', 'message:ack', 'message:start',
          'message:received', 'unread', 'online']) {
        Cx('on', name, ({ detail }) => window.told.push(name));
      }
      Cx('context', { cart: '2 boots' });
    }""")
    page.get_by_role("heading", name="A shop").click()
    expect(chat.panel).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.log).to_contain_text("Hello", timeout=PATIENCE_MS)
    page.evaluate("Cx('prefill', 'Half a ')")
    expect(chat.box).to_have_value("Half a ")
    page.evaluate("Cx('theme', 'dark'); Cx('send', 'Hi there')")
    expect(chat.answer().get_by_text("Demo model")).to_be_visible(timeout=PATIENCE_MS)
    paper = chat.panel.evaluate("one => getComputedStyle(one).backgroundColor")
    assert paper == "rgb(21, 25, 28)"
    told = page.evaluate("window.told")
    assert {"open", "ready", "message:sent", "message:ack", "message:start"} <= set(told)
    assert {"message:received", "online"} <= set(told)

    page.evaluate("Cx('locale', 'es')")
    box = chat.panel.get_by_role("textbox", name="Escribe un mensaje")
    expect(box).to_be_visible(timeout=PATIENCE_MS)
    expect(chat.messages.first).to_contain_text("Hi there", timeout=PATIENCE_MS)
    page.evaluate("Cx('hide')")
    expect(chat.panel).to_have_count(0)
    page.evaluate("Cx('show')")
    expect(box).to_be_visible()
    assert page.evaluate("Cx('version')")

    before = Visitor.objects.count()
    page.evaluate("Cx('logout')")
    expect(chat.messages).to_have_count(0, timeout=PATIENCE_MS)
    until(page, lambda: Visitor.objects.count() == before + 1)
    page.evaluate("Cx('destroy')")
    expect(page.locator("cx-chat")).to_have_count(0)


def test_the_chat_fills_a_page_of_its_own(live, page, tenant):
    live.behave([{"match": "*", "text": "Within 30 days."}])
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{live.url}/c/{tenant.public_key}/")
    chat = Chat(page)
    box = page.get_by_role("textbox")
    expect(page.get_by_role("log")).to_contain_text("Hello", timeout=PATIENCE_MS)
    expect(chat.launcher).to_be_hidden()
    box.fill("How long?")
    box.press("Enter")
    expect(page.get_by_role("article").last).to_contain_text("30 days", timeout=PATIENCE_MS)
    assert [text for text in complaints if "Security Policy" in text] == []
    assert page.locator("header").inner_text().split() == ["A", tenant.name, "AI", "assistant"]
    assert found_on(page) == []
