"""Staff sign in by password and, if they have one, a second factor; guessing is slowed down."""

import re

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from conversations.models import AuditEntry
from tests import factories

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"
DESK = "/admin/"


@pytest.fixture(autouse=True)
def uncounted():
    """No failure of another test counts."""
    cache.clear()


def log_in(client, user, password="secret"):
    return client.post(LOGIN, {"login": user.username, "password": password})


def code_of(secret):
    return totp.format_hotp_value(
        totp.hotp_value(secret, totp.yield_hotp_counters_from_time().__next__())
    )


def with_factor(user):
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def test_the_desk_leads_to_the_one_way_in(ben):
    client = Client()
    answer = client.get(DESK, follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    answer = client.post(
        answer.redirect_chain[-1][0], {"login": ben.username, "password": "secret", "next": DESK}
    )
    assert answer.url == DESK
    assert client.get(DESK).status_code == 200


def test_the_admins_own_form_takes_no_password(ben):
    client = Client()
    form = {"username": ben.username, "password": "secret"}
    assert client.post("/admin/login/", form).url.startswith(LOGIN)
    assert client.get(DESK).status_code == 302


def test_five_wrong_passwords_lock_the_name_even_for_the_right_one(ben):
    client = Client()
    for _ in range(5):
        log_in(client, ben, "wrong")
    assert "Too many failed" in log_in(client, ben).text
    assert client.get(DESK).status_code == 302
    assert AuditEntry.objects.filter(act="sign_in_refused").count() >= 5


def test_a_second_factor_is_asked_for_and_its_code_opens(ben):
    secret = with_factor(ben)
    client = Client()
    answer = log_in(client, ben)
    assert answer.url.startswith("/account/2fa/authenticate/")
    assert client.get(DESK).status_code == 302
    wrong = client.post(answer.url, {"code": "000000"})
    assert "Incorrect code" in wrong.text
    assert client.post(answer.url, {"code": code_of(secret)}).status_code == 302
    assert client.get(DESK).status_code == 200


def test_the_factors_secret_lies_encrypted(ben):
    secret = with_factor(ben)
    kept = Authenticator.objects.get(user=ben).data["secret"]
    assert secret not in kept
    assert get_adapter().decrypt(kept) == secret


def test_where_it_is_required_nothing_of_the_desk_opens_without(ben, settings):
    settings.SECOND_FACTOR = "required"
    client = Client()
    client.force_login(ben)
    for page in (DESK, reverse("admin:conversations_conversation_changelist")):
        assert client.get(page).url == "/account/2fa/totp/activate/"
    with_factor(ben)
    assert client.get(DESK).status_code == 200


def test_a_disabled_person_is_out_with_the_next_click(ben):
    client = Client()
    client.force_login(ben)
    ben.is_active = False
    ben.save()
    assert client.get(DESK).status_code == 302


def test_a_changed_password_ends_the_other_sessions(ben):
    here, there = Client(), Client()
    log_in(here, ben)
    log_in(there, ben)
    form = {"oldpassword": "secret", "password1": "quite-another-1", "password2": "quite-another-1"}
    here.post("/account/password/change/", form)
    assert here.get(DESK).status_code == 200
    assert there.get(DESK).status_code == 302


def test_nobody_makes_an_account_here(db):
    answer = Client().post("/account/signup/", {"username": "eve", "password1": "quite-another-1"})
    assert "By invitation" in answer.text


def test_whoever_is_invited_chooses_a_password_once(acme, client):
    owner = factories.make_member(acme, "olga", "owner")
    desk = Client()
    desk.force_login(owner)
    url = reverse("house:members", args=[acme.slug])
    page = desk.post(url, {"name": "nora@example.com", "role": "reviewer"}, follow=True)
    link = re.search(r"/account/password/reset/key/[\w-]+/", page.text).group()
    form = client.get(link, follow=True)
    chosen = {"password1": "quite-another-1", "password2": "quite-another-1"}
    client.post(form.redirect_chain[-1][0], chosen)
    answer = client.post(LOGIN, {"login": "nora@example.com", "password": "quite-another-1"})
    assert answer.url == DESK
    assert client.get(DESK).status_code == 200
    assert "Bad Token" in Client().get(link, follow=True).text


def test_the_operator_takes_a_lost_factor_away(ben):
    with_factor(ben)
    desk = Client()
    desk.force_login(factories.make_user("root", is_superuser=True))
    form = {"action": "reset_second_factor", "_selected_action": [ben.pk]}
    desk.post(reverse("admin:auth_user_changelist"), form)
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.filter(act="second_factor", person=ben.username).exists()


def test_every_page_of_the_account_has_our_look(ben):
    client = Client()
    for page in (LOGIN, "/account/password/reset/"):
        assert "inbox/sign-in.css" in client.get(page).text
    log_in(client, ben)
    for page in ("/account/2fa/", "/account/2fa/totp/activate/", "/account/password/change/"):
        assert "inbox/sign-in.css" in client.get(page, follow=True).text
