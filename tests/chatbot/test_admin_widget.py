"""Managers set how the widget looks; mistakes say what to write."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chatbot.admin.installation import look_at, origin_of, tag_of
from conversations.models import BusinessHours, WidgetSettings
from tests.chatbot.visits import SHOP, look, open_session_at
from tests.web import running_site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
FORM = {
    **{"title": "Acme help", "greeting": "Hi!", "colour": "#aa0000", "position": "start"},
    **{"privacy_url": "https://acme.example/privacy", "suggests": "on", "takes_files": "on"},
    "text_compose": "Ask us",
    "asked": "name | text | Your name | required\ntopic | choice | About | | Order, Other",
    "spoken": "/pricing* | 20 | Questions about prices?",
}
WEEK = {"monday": "09:00-12:30, 13:00–17:00", "saturday": "", "holidays": "12-25 Christmas"}


@pytest.fixture
def browser(cleo):
    client = Client()
    client.force_login(cleo)
    return client


def url(page, *args):
    return reverse(f"admin:conversations_{page}", args=args)


def config(tenant, locale="en"):
    tenant.allowed_origins = [SHOP]
    tenant.save()
    return open_session_at(tenant, locale=locale).json()["config"]


def test_what_a_manager_saves_is_what_the_widget_is_told(acme, browser):
    picture = SimpleUploadedFile("bot.png", PNG)
    answer = browser.post(url("widgetsettings_add"), FORM | {"tenant": acme.pk, "picture": picture})
    assert answer.status_code == 302, answer.context["errors"]
    told = config(acme)
    assert {name: told[name] for name in ("title", "greeting", "color", "position")} == {
        **{"title": "Acme help", "greeting": "Hi!", "color": "#aa0000", "position": "start"}
    }
    assert told["prechat"] == [
        {"name": "name", "type": "text", "label": "Your name", "required": True},
        {"name": "topic", "type": "choice", "label": "About", "required": False}
        | {"choices": ["Order", "Other"]},
    ]
    assert told["proactive"] == [
        {"match": "/pricing*", "after_s": 20, "text": "Questions about prices?"}
    ]
    assert told["texts"] == {"compose": "Ask us"}
    assert told["upload"]["max_mb"] == 5
    assert told["privacy_url"] == "https://acme.example/privacy"
    assert not {"csat", "mail_capture", "hours"} & set(told)
    assert told["avatar"].startswith("http://testserver/widget/avatar/pk_")
    shown = browser.get(told["avatar"])
    assert (shown.content, shown["Content-Type"]) == (PNG, "image/png")
    assert browser.get(told["avatar"] + "x").status_code == 404


def test_the_form_shows_what_was_saved_and_saves_it_unchanged(acme, browser):
    browser.post(url("widgetsettings_add"), FORM | {"tenant": acme.pk})
    saved = WidgetSettings.objects.values().get()
    page = browser.get(url("widgetsettings_change", saved["id"]))
    initial = page.context["adminform"].form
    again = {name: initial[name].value() for name in initial.fields if initial[name].value()}
    assert browser.post(url("widgetsettings_change", saved["id"]), again).status_code == 302
    assert WidgetSettings.objects.values().get() == saved


def test_without_settings_the_defaults_hold(acme):
    told = config(acme)
    assert (told["title"], told["color"], told["position"]) == ("Acme", "#0f5f6b", "end")
    assert (told["csat"], told["suggestions"]) == (True, True)
    assert not {"avatar", "hours", "prechat", "upload", "mail_capture", "proactive"} & set(told)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"colour": "red"}, "#0f5f6b"),
        ({"colour": "#aa0000;x"}, "at most 7"),
        ({"asked": "Name | text | Name"}, "small letters"),
        ({"asked": "name | date | Name"}, "or choice"),
        ({"asked": "name | text | Name | sometimes"}, "write required"),
        ({"asked": "name | choice | Name"}, "what may be chosen"),
        ({"asked": "a | text | A\na | text | A"}, "name of its own"),
        ({"spoken": "pricing | 20 | Hello"}, "begins with /"),
        ({"spoken": "/pricing | soon | Hello"}, "number of seconds"),
        ({"spoken": "/pricing | 20"}, "1 to 300"),
        ({"privacy_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_a_mistake_says_what_to_write_and_saves_nothing(acme, browser, wrong, says):
    page = browser.post(url("widgetsettings_add"), FORM | wrong | {"tenant": acme.pk})
    assert page.status_code == 200
    assert re.search(says, page.text)
    assert not WidgetSettings.objects.exists()


@pytest.mark.parametrize("content", [b"<svg onload='alert(1)'/>", b"%PDF-1.7", PNG + b"0" * 2**17])
def test_a_picture_is_a_small_picture(acme, browser, content):
    picture = SimpleUploadedFile("bot.png", content)
    browser.post(url("widgetsettings_add"), FORM | {"tenant": acme.pk, "picture": picture})
    assert not WidgetSettings.objects.exists()


def test_another_tenant_cannot_be_chosen(globex, browser):
    browser.post(url("widgetsettings_add"), FORM | {"tenant": globex.pk})
    assert not WidgetSettings.objects.exists()


def test_the_preview_is_a_page_with_the_real_tag(acme, browser):
    page = browser.get(url("widgetsettings_preview", acme.pk), {"title": '"><script>', "x": "1"})
    assert f'data-key="{acme.public_key}" data-title="&quot;&gt;&lt;script&gt;"' in page.text
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page["Content-Security-Policy"]
    look(acme)
    form = browser.get(url("widgetsettings_change", WidgetSettings.objects.get().pk))
    assert url("widgetsettings_preview", acme.pk) in form.text


def test_hours_are_written_as_people_write_them(acme, browser):
    assert browser.post(url("businesshours_add"), WEEK | {"tenant": acme.pk}).status_code == 302
    row = BusinessHours.objects.get()
    assert row.week[0] == [["09:00", "12:30"], ["13:00", "17:00"]]
    assert row.week[1:] == [[]] * 6
    assert row.holidays == {"12-25": "Christmas"}
    page = browser.get(url("businesshours_change", row.pk))
    assert "09:00-12:30, 13:00-17:00" in page.text
    assert "12-25 Christmas" in page.text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"monday": "9-17"}, "09:30"),
        ({"tuesday": "17:00-09:00"}, "past midnight"),
        ({"sunday": "09:00-12:00, 11:00-13:00"}, "overlap"),
        ({"holidays": "Christmas"}, "is no day"),
        ({"zone": "Berlin"}, "time zone"),
    ],
)
def test_wrong_hours_say_what_to_write(acme, browser, wrong, says):
    page = browser.post(url("businesshours_add"), WEEK | wrong | {"tenant": acme.pk})
    assert says in page.text
    assert not BusinessHours.objects.exists()


def test_a_closed_tenant_says_when_it_is_back_in_the_visitors_language(acme):
    day = [[] for _ in range(7)]
    BusinessHours.objects.create(tenant=acme, week=day)
    assert config(acme)["hours"] == {"open": False, "text": "Nobody is here to answer just now."}
    assert config(acme, "de")["hours"]["text"].startswith("Gerade ist niemand da")
    BusinessHours.objects.update(week=[[["00:00", "24:00"]]] * 7)
    assert config(acme)["hours"] == {"open": True, "text": ""}


def test_the_installation_page_says_step_by_step_what_is_missing(acme, browser, settings):
    settings.PUBLIC_URL = "https://chat.example.com"
    with running_site(settings) as site:
        page = browser.get(url("widgetsettings_install", acme.pk), {"url": site.put("/", "Hello")})
        assert "Put the tag before" in page.text
        site.put("/", tag_of(acme).replace(acme.public_key, "pk_other"))
        assert [step.is_so for step in look_at(acme, site.url + "/")] == [
            *(True, True, False, True, False)
        ]
        acme.allowed_origins = [site.url]
        site.put("/", tag_of(acme))
        assert [step.is_so for step in look_at(acme, site.url + "/")] == [True] * 5
        site.put("/", tag_of(acme).replace("chat.example.com", "other.example.com"))
        assert [step.is_so for step in look_at(acme, site.url + "/")][3] is False


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/", "http://169.254.169.254/latest/", "http://localhost/"]
)
def test_a_page_of_our_own_network_is_not_looked_at(acme, browser, address):
    page = browser.get(url("widgetsettings_install", acme.pk), {"url": address})
    assert "not on the public internet" in page.text


def test_a_secret_is_shown_once(acme, browser):
    page = browser.post(url("widgetsettings_new_secret", acme.pk))
    secret = re.search(r'class="whole">([\w-]{43})<', page.text)[1]
    assert "no-store" in page["Cache-Control"]
    later = browser.get(url("widgetsettings_install", acme.pk)).text
    assert secret not in later
    assert f"…{secret[-4:]}" in later


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://WWW.Example.com/a?b#c", "https://www.example.com"),
        ("https://example.com:443/", "https://example.com"),
        ("http://example.com:8080", "http://example.com:8080"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(address, origin):
    assert origin_of(address) == origin


def test_the_documentation_opens_for_everybody(db, client):
    page = client.get(reverse("widget-docs"), {"theme": "dark", "color": '"><script>'})
    assert page.status_code == 200
    assert '"><script>' not in page.text
    assert client.get(reverse("widget-playground")).status_code == 404
