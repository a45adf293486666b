"""Somebody signs in at the demo shop, asks for an order in the chat, and has one cancelled."""

from playwright.sync_api import expect

from chatbot.demo.tools import make_tools
from chatbot.models import ToolCall
from tests.browser.chat import Chat
from tests.factories import make_persona, make_tenant


def test_the_chat_knows_the_orders_of_who_has_signed_in(live, page):
    tenant = make_tenant("Acme", is_demo=True)
    make_persona(tenant)
    make_tools(tenant)
    page.goto(live.url)
    box = page.locator(".account")
    box.get_by_role("button", name="Ada").click()
    expect(box.locator("output")).to_have_text("Ask the chat: “Where is my order A-1001?”")
    chat = Chat(page).open()
    chat.say("Where is my order A-1001?")
    chat.wait_for("on its way")
    chat.say("Please cancel my order A-1002")
    chat.wait_for("Cancel order A-1002")
    yes = chat.log.get_by_role("button", name="Yes, do it")
    expect(chat.log.get_by_role("button", name="No", exact=True)).to_be_visible()
    page.reload()
    chat.open()
    yes.dblclick()
    chat.wait_for("cancelled")
    expect(yes).to_be_hidden()
    expect(chat.messages.filter(has_text="Yes, do it")).to_have_count(2)  # asked for, and said
    assert [*ToolCall.objects.order_by("created_at").values_list("name", "state")] == [
        ("order_status", "done"),
        ("cancel_order", "done"),
    ]
