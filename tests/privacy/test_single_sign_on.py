"""Whoever the operator's OpenID Connect server vouches for comes in, if an account waits."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from chatbot import env
from tests.privacy.openid import server

pytestmark = pytest.mark.django_db
START, BACK = "/account/oidc/oidc/login/", "/account/oidc/oidc/login/callback/"


@pytest.fixture
def come(settings):
    """Signs in by a server that says this about the person; returns the browser."""

    def come(**person):
        with server({"sub": "1", "name": "Ben"} | person) as address:
            given = env.Env(
                secret_key="s",
                database_url="postgres://a@b/c",
                redis_url="redis://r",
                oidc_server=address,
                oidc_client_id="counterfoil",
                oidc_client_secret="hush",
            )
            settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": given.openid_apps()}}
            browser = Client()
            assert "Single sign-on" in browser.get("/account/login/").text
            away = browser.post(START)
            state = parse_qs(urlsplit(away.url).query)["state"][0]
            browser.get(BACK, {"code": "a-code", "state": state})
        return browser

    return come


def opens(browser):
    return browser.get("/admin/").status_code == 200


def test_a_verified_address_opens_the_account_that_has_it(ben, come):
    ben.email = "ben@example.com"
    ben.save()
    assert opens(come(email="ben@example.com", email_verified=True))


def test_an_address_that_nobody_verified_opens_nothing(ben, come):
    ben.email = "ben@example.com"
    ben.save()
    assert not opens(come(email="ben@example.com", email_verified=False))


def test_an_unknown_person_opens_nothing_and_gets_no_account(ben, come):
    before = get_user_model().objects.count()
    assert not opens(come(email="eve@example.com", email_verified=True))
    assert get_user_model().objects.count() == before


def test_a_disabled_account_stays_closed(ben, come):
    ben.email, ben.is_active = "ben@example.com", False
    ben.save()
    assert not opens(come(email="ben@example.com", email_verified=True))


def test_half_of_the_settings_is_a_mistake_that_is_told(monkeypatch):
    monkeypatch.setenv("OIDC_SERVER", "https://id.example.com")
    with pytest.raises(SystemExit, match="OIDC_CLIENT_SECRET"):
        env.read_env()
