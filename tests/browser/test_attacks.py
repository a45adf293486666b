"""A few thousand attacks, wherever words come from: nothing of them runs, nobody else is asked.

The control puts the same words into a page as careless code would. There
they run, so the alarms are known to work.
"""

import itertools

from playwright.sync_api import expect

from chatbot.models import Persona
from conversations.models import Conversation, WidgetSettings
from conversations.services import generations, handoff
from conversations.services.generations import Reply
from tests.browser.chat import PATIENCE_MS
from tests.browser.payloads import payloads
from tests.factories import claimed, make_member, post

A_MESSAGE = 30
FEW = [
    "<img src=x onerror=window.pwned=1>",
    "</h2><script>window.pwned=1</script>",
    '"><svg onload=window.pwned=1>',
]
LOOK = """host => {
  const all = [...host.shadowRoot.querySelectorAll('*')];
  const names = /^(script|iframe|object|embed|link|style|base|meta|math|video|audio|img|template)$/;
  return {
    handlers: all.flatMap((one) => one.getAttributeNames()).filter((name) => /^on/.test(name)),
    strange: all.map((one) => one.localName).filter((name) => names.test(name)),
    links: [...host.shadowRoot.querySelectorAll('a')].map((one) => one.protocol),
  };
}"""
LEADS_AWAY = ("<meta", "<base")
CARELESS = """texts => {
  for (const text of texts) {
    const frame = document.body.appendChild(document.createElement('div'));
    frame.innerHTML = text;
  }
}"""


def batches(words):
    """Texts of `A_MESSAGE` attacks each."""
    words = iter(words)
    while some := list(itertools.islice(words, A_MESSAGE)):
        yield "\n\n".join(some)


def alarms(page):
    """Gives what has reached for the world outside from this page."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/*evil.example/**", lambda route: route.abort())
    return lambda: [url for url in asked if "evil.example" in url.split("?")[0]]


def control(page, site, attacks):
    """Careless code on a page of its own sets off both alarms."""
    asked = alarms(page)
    page.goto(site.publish("/careless", "<body></body>"))
    page.evaluate(CARELESS, [one for one in attacks if not one.startswith(LEADS_AWAY)])
    page.wait_for_function("window.pwned", timeout=PATIENCE_MS)
    assert asked()
    page.close()


def test_nothing_that_anybody_writes_runs(live, page, visit, site, tenant):
    attacks = payloads()
    assert len(attacks) > 2000
    control(page.context.new_page(), site, attacks)
    asked = alarms(page)
    WidgetSettings.objects.create(
        tenant=tenant, title=FEW[0], greeting="".join(FEW), texts={"disclosure": FEW[1]},
        privacy_url="https://shop.example/p",
    )  # fmt: skip
    version = Persona.objects.get(tenant=tenant).versions.get()
    version.openers = FEW
    version.save()
    chat = visit(page)
    chat.launcher.click()
    expect(chat.log).to_contain_text("onerror", timeout=PATIENCE_MS)
    expect(chat.log.get_by_role("button", name=FEW[0])).to_be_visible()
    talk = Conversation.objects.get()
    author = make_member(tenant, "ben")
    author.first_name = FEW[0]
    author.save()
    cited = [
        {"mark": mark, "title": text, "url": url, "excerpt": text}
        for mark, (text, url) in enumerate(
            [(FEW[0], "javascript:window.pwned=1"), (FEW[1], "https://shop.example/r")], 1
        )
    ]
    texts = list(batches(attacks))
    for text in texts[:20]:
        generations.finish(claimed(talk, text[:3900]), Reply(text=text, citations=cited))
    handoff.ask_for_person(talk)
    for number, text in enumerate(texts[20:]):
        if number % 2:
            handoff.staff_says(talk, author, text)
        else:
            post(talk, text[:3900])
    chat.say("The end.")
    expect(chat.answer()).to_contain_text("The end.", timeout=PATIENCE_MS)
    chat.log.get_by_role("button", name="Sources (2)").first.click()
    expect(chat.panel.get_by_role("region", name="Sources")).to_contain_text("onerror")
    found = page.locator("cx-chat").evaluate(LOOK)
    assert found["handlers"] == []
    assert found["strange"] == []
    assert set(found["links"]) <= {"https:", "http:", "mailto:", "tel:"}
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    assert asked() == []
    assert len(page.context.pages) == 1
