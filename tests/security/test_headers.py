"""Every answer says what may run, load and frame; files, errors and refusals too."""

import pytest

from chatbot.bench.hardening.urls import PROBES, addresses, missing

PUBLIC = [path for path in addresses() if not path.startswith(("/admin/", "/static/"))]
STAFF = [
    "/admin/", "/admin/nothing/", "/admin/conversations/conversation/", "/admin/auth/user/add/",
    "/admin/reports/spend/", "/admin/house/roles/", "/admin/jsi18n/", "/account/password/change/",
    "/static/inbox/house.css", "/static/widget/core.js", "/static/nothing.js",
]  # fmt: skip


def bare(answer):
    """What is missing in the answer."""
    for close in answer._resource_closers:  # its own `close` would end the test's transaction
        close()
    named = {name.lower(): value for name, value in answer.items()}
    for cookie in answer.cookies.values():
        assert cookie["samesite"]
        assert cookie["httponly"] or cookie.key == "csrftoken"
    return missing(named)


@pytest.mark.django_db
def test_whatever_the_world_may_ask_is_answered_with_all_of_them(client):
    assert {path: found for path in PUBLIC if (found := bare(client.get(path)))} == {}


def test_so_are_staff(admin_client):
    assert {path: found for path in STAFF if (found := bare(admin_client.get(path)))} == {}


@pytest.mark.django_db
def test_nothing_runs_that_is_not_ours(client, admin_client):
    shop = client.get("/")["Content-Security-Policy"]
    assert "script-src 'self';" in shop
    assert "unsafe" not in shop
    staff = admin_client.get("/admin/")["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval';" in staff
    assert "frame-ancestors 'none'" in staff
    assert client.get("/livez")["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.django_db
def test_a_sign_in_elsewhere_may_be_reached_by_its_form(client, settings):
    apps = [{"settings": {"server_url": "https://id.example/realm"}}]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": apps}}
    assert "form-action 'self' https://id.example;" in client.get("/")["Content-Security-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", PROBES)
def test_who_looks_for_a_way_in_finds_none(client, path):
    answer = client.get(path, follow=True)
    there = [to for to, _ in answer.redirect_chain]
    assert answer.status_code == 404 or there[-1].startswith("/account/login/")


@pytest.mark.django_db
def test_a_trace_is_not_answered(client):
    assert client.trace("/widget/session").status_code == 405


@pytest.mark.django_db
def test_a_host_that_is_not_ours_is_refused_and_writes_nothing_into_the_log(client, caplog):
    assert client.get("/", headers={"host": "word.evil.example"}).status_code == 400
    assert "word.evil" not in caplog.text
