"""No page of ours wants what its policy forbids; a newcomer's browser solves its riddle."""

import re

from playwright.sync_api import expect

from billing.models import Price
from billing.usage import Usage
from chatbot import flood, puzzle
from tests.browser.chat import PATIENCE_MS
from tests.browser.staff import sign_in
from tests.factories import claimed, make_conversation, make_ledger_entry, post

PAGES = [
    "/admin/",
    "/admin/conversations/conversation/",
    "/admin/conversations/conversation/{talk}/change/",
    "/admin/reports/spend/",
    "/admin/reports/what-if/",
    "/admin/chatbot/document/upload/",
    "/admin/chatbot/persona/add/",
    "/admin/conversations/widgetsettings/add/",
    "/admin/house/roles/",
    "/admin/chatbot/wordlist/add/",
    "/account/2fa/",
    "/docs/widget/",
    "/",
]


def test_nothing_is_refused_on_any_page(live, page, tenant):
    talk = make_conversation(tenant)
    post(talk)
    make_ledger_entry(claimed(make_conversation(tenant)), Price.objects.get(), Usage(10, 5))
    refused = []
    page.on("console", lambda said: refused.append(said.text) if "Policy" in said.text else None)
    sign_in(page, live, tenant)
    missing = []
    for path in PAGES:
        refused.append(f"-- {path}")
        answer = page.goto(live.url + path.format(talk=talk.pk), wait_until="load")
        if answer is None or answer.status != 200:
            missing.append(path)
        page.wait_for_timeout(300)
    assert [one for one in refused if not one.startswith("--")] == [], refused
    assert missing == []


def test_a_newcomer_in_a_crowd_comes_in_after_a_moment(live, page, visit, tenant):
    key = tenant.public_key
    riddle = puzzle.make(key, flood.EASIEST)
    asked = []

    def crowded(route):
        body = route.request.post_data_json
        asked.append(body.get("puzzle"))
        answer = asked[-1]
        if answer and puzzle.solved(key, answer["seed"], answer["answer"]):
            route.continue_()
            return
        body = {"error": "puzzle", "message": "Very many people come just now.", "puzzle": riddle}
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(status=429, json=body, headers=headers)

    page.route(re.compile("/widget/session"), crowded)
    chat = visit(page).open()
    chat.say("How long do returns take?")
    expect(chat.messages).to_have_count(2, timeout=PATIENCE_MS)
    assert asked[0] is None
    assert asked[1]["seed"] == riddle["seed"]
