"""Staff at their pages."""

import re

from django.contrib.auth.hashers import make_password
from playwright.sync_api import Page, expect

from chatbot.bench.stack import Stack
from conversations.models import Membership, Tenant
from tests.factories import make_user


def sign_in(page: Page, live: Stack, tenant: Tenant) -> None:
    """A manager of the tenant is signed in to the admin."""
    manager = make_user("cleo")
    # The web process is the real one: it knows no hash that is quick to make.
    manager.password = make_password("secret", hasher="pbkdf2_sha256")
    manager.save()
    Membership.objects.create(tenant=tenant, user=manager, role="manager")
    page.goto(f"{live.url}/admin/login/")
    page.locator("input[name=login]").fill(manager.username)
    page.locator("input[name=password]").fill("secret")
    page.locator("input[name=password]").press("Enter")
    expect(page).not_to_have_url(re.compile("login"))
