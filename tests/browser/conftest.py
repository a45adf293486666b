"""A real Chromium on a customer's site, with the whole product behind it."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from chatbot.bench.stack import Stack
from conversations.models import Tenant
from tests.browser.chat import Chat
from tests.browser.site import PAGE, Site
from tests.factories import make_persona, make_tenant
from tests.guardrails.publishing import set_policy

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--no-zygote",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser(stack: Stack) -> Iterator[Browser]:
    """Chromium; for a module, because Playwright's loop must end before other tests go on."""
    if reason := os.environ.get("NO_CHROMIUM_REASON"):
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    libraries = os.environ.get("CHROMIUM_LIBS")
    environment = os.environ | ({"LD_LIBRARY_PATH": libraries} if libraries else {})
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Its loop stands still while a test runs, but Django sees that there is one.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM_PATH") or "/usr/bin/chromium",
            args=FLAGS,
            env=environment,
        )
        yield chromium
        chromium.close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A customer's site."""
    with Site() as site:
        yield site


@pytest.fixture
def tenant(live: Stack, site: Site) -> Tenant:
    """The customer; its site may show the widget."""
    tenant = make_tenant(allowed_origins=[site.url])
    make_persona(
        tenant,
        greeting="Hello! How can I help?",
        openers=["How long do returns take?", "你们的退货政策是什么？"],
    )
    set_policy(tenant, link_hosts=["shop.example", "a.example"])
    return tenant


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A visitor's tab; nothing went wrong on it that nobody heard of."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield page
    context.close()
    assert not mistakes


@pytest.fixture
def visit(live: Stack, site: Site, tenant: Tenant) -> Callable[..., Chat]:
    """Opens a page of the site that carries the widget."""

    def visit(
        page: Page, head: str = "", headers: dict[str, str] | None = None, **data: Any
    ) -> Chat:
        extra = "".join(f' data-{name}="{value}"' for name, value in data.items())
        text = PAGE.format(head=head, server=live.url, key=tenant.public_key, data=extra)
        page.goto(site.publish("/", text, headers))
        return Chat(page)

    return visit
