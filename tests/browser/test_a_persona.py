"""A manager changes how the bot speaks, looks at what changed, and goes back."""

import re

from playwright.sync_api import expect

from chatbot.engine.model_choice import published_version
from tests.browser.staff import sign_in


def test_a_version_is_published_compared_and_taken_back(live, page, tenant):
    first = published_version(tenant)
    sign_in(page, live, tenant)
    page.goto(f"{live.url}/admin/chatbot/persona/{first.persona_id}/change/")
    expect(page.get_by_role("heading", name="What the bot says now v1")).to_be_visible()
    expect(page.get_by_text("Hello! How can I help?").first).to_be_visible()
    page.locator("[name=versions-0-system_prompt]").fill("You help, and you rhyme.")
    page.locator("[name=versions-0-languages]").fill("English\nChinese")
    page.locator("[name=versions-0-reason]").fill("For fun.")
    page.locator("[name=versions-0-publish]").check(force=True)
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto(f"{live.url}/admin/chatbot/persona/{first.persona_id}/change/")
    expect(page.get_by_role("heading", name="What the bot says now v2")).to_be_visible()
    page.get_by_role("link", name="Compare with v2").press("Enter")
    expect(page.locator("ins", has_text="and you rhyme")).to_be_visible()
    expect(page.locator("ins", has_text="English, Chinese")).to_be_visible()
    page.get_by_label("Reason").fill("It was not funny.")
    page.get_by_role("button", name="Speak like v1 again").press("Enter")
    expect(page.get_by_role("heading", name="What the bot says now v3")).to_be_visible()
    expect(page.get_by_text(re.compile(r"Back to v1\. It was not funny\."))).to_have_count(2)
    assert published_version(tenant).system_prompt == first.system_prompt
    page.set_viewport_size({"width": 390, "height": 844})
    over = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(over) <= 0
