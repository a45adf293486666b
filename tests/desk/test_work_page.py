"""Beside a conversation staff find and do all of the work with it, with plain forms or a script."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from conversations.models import CannedReply, Conversation, DeskSettings, Notice, Wait, Work
from conversations.services import handoff, notes, notices, turns
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(acme):
    talk = factories.make_conversation(acme)
    factories.answered(talk)
    return talk


class Desk:
    """Somebody at the page of a conversation."""

    def __init__(self, user, talk):
        self.browser, self.talk = Client(), talk
        self.browser.force_login(user)

    def page(self, **query):
        url = reverse("admin:conversations_conversation_change", args=[self.talk.pk])
        return self.browser.get(url, query).text

    def do(self, name, script=False, **posted):
        url = reverse(f"admin:conversations_conversation_{name}", args=[self.talk.pk])
        headers = {"Accept": "application/json"} if script else {}
        return self.browser.post(url, posted, headers=headers, follow=not script)


@pytest.fixture
def desk(ben, talk):
    return Desk(ben, talk)


def work():
    return Work.objects.get()


def test_a_person_the_next_in_turn_and_nobody_can_have_it(desk, cleo):
    desk.do("assign", to=cleo.pk)
    assert work().assignee == cleo
    assert f'data-name="{cleo.username}" selected>' in desk.page()
    desk.do("assign", to="")
    assert work().assignee is None
    assert "Nobody is at their desk" in desk.do("assign", to="turn").text
    notices.seen_at_desk(cleo)
    desk.do("assign", to="turn")
    assert work().assignee == cleo


@pytest.mark.parametrize("to", ["mallory", "99999", "x", "9" * 30])
def test_nobody_else_can(desk, mallory, to):
    page = desk.do("assign", to=mallory.pk if to == "mallory" else to)
    assert "choose another" in page.text
    assert not Work.objects.exists()


def test_labels_come_and_go_and_capitals_make_no_other(desk, acme):
    desk.do("label", text="Returns")
    desk.do("label", text=" returns ")
    assert desk.page().count("Remove the label") == 1
    other = Desk(desk.browser.get("/admin/").wsgi_request.user, factories.make_conversation(acme))
    assert '<option value="Returns">' in other.page()
    label = desk.talk.labelled.get().label
    desk.do("unlabel", label=label.pk)
    assert "Remove the label" not in desk.page()
    assert label.labelled.count() == 0


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_a_label_without_a_name_or_with_too_long_a_one_is_refused(desk, name):
    assert "at most 40 characters" in desk.do("label", text=name).text


def test_notes_stand_there_harmless_and_mentions_are_seen_once_opened(desk, ben, cleo):
    page = desk.do("note", text=f"<b>Angry</b> @{cleo.username} @zoe")
    assert "&lt;b&gt;Angry&lt;/b&gt;" in page.text
    assert "nobody here is called @zoe" in page.text
    assert Notice.objects.get().seen_at is None
    Desk(cleo, desk.talk).page()
    assert Notice.objects.get().seen_at


def test_a_refused_note_says_so(desk):
    assert "Write something first" in desk.do("note", text=" ").text
    answer = desk.do("note", script=True, text=" ")
    assert (answer.status_code, answer.json()) == (409, {"error": "Write something first."})


def test_a_script_stays_on_the_page_with_the_panel_as_it_is_then(desk):
    answer = desk.do("note", script=True, text="Look @zoe").json()
    assert "Look @zoe" in answer["panel"]
    assert "@zoe" in answer["said"]
    assert desk.do("close", script=True).json().keys() == {"load"}
    url = reverse("admin:conversations_conversation_work", args=[desk.talk.pk])
    assert "Reopen" in desk.browser.get(url).json()["panel"]


def test_it_rests_for_a_while_or_until_a_moment_of_the_tenants_clock(desk, acme):
    acme.time_zone = "Asia/Tokyo"
    acme.save()
    desk.do("snooze", **{"for": "hour"})
    left = work().snoozed_until - timezone.now()
    assert datetime.timedelta(minutes=59) < left <= datetime.timedelta(hours=1)
    day = f"{timezone.now() + datetime.timedelta(days=9):%Y-%m-%d}"
    page = desk.do("snooze", until=f"{day}T09:00").text
    assert work().snoozed_until.isoformat() == f"{day}T00:00:00+00:00"
    assert "09:00, or until something happens" in page
    desk.do("wake")
    assert work().snoozed_until is None


@pytest.mark.parametrize("until", ["soon", "2020-01-01T00:00", "2026-99-99T00:00"])
def test_what_is_no_moment_to_come_is_refused(desk, until):
    assert desk.do("snooze", script=True, until=until).status_code == 409
    assert not Work.objects.exists()


def test_closed_and_open_again_with_who_did_it(desk, ben):
    page = desk.do("close").text
    assert Conversation.objects.get(pk=desk.talk.pk).state == "closed"
    assert f"by {ben.username}" in page
    assert 'id="say"' not in page
    assert 'id="say"' in desk.do("reopen").text


def test_a_canned_reply_is_filled_and_put_into_the_answer(desk, acme, ben):
    desk.talk.visitor.name = "Ada <b>"
    desk.talk.visitor.save()
    text = "Dear {visitor}, {me} of {tenant} here."
    CannedReply.objects.create(tenant=acme, name="hello", text=text)
    page = desk.page(canned="hello")
    assert f"Dear Ada &lt;b&gt;, {ben.username} of Acme here.</textarea>" in page
    assert "{visitor}" not in page
    assert "here.</textarea>" not in desk.page(canned="nothing")


def test_another_tenants_replies_and_labels_are_not_offered(desk, globex, mallory):
    CannedReply.objects.create(tenant=globex, name="secret", text="x")
    Desk(mallory, factories.make_conversation(globex)).do("label", text="Mergers")
    page = desk.page()
    assert "secret" not in page
    assert "Mergers" not in page


def test_whoever_waits_is_shown_with_the_time_that_is_left_and_what_is_late(desk, acme):
    DeskSettings.objects.create(tenant=acme, first_answer_minutes=90)
    handoff.ask_for_person(desk.talk)
    assert ">1 h 29 min left</time>" in desk.page()
    Wait.objects.update(due_at=timezone.now() - datetime.timedelta(minutes=12, seconds=5))
    page = desk.page()
    assert ">late by 12 min</time>" in page
    assert "work-late" in page


def test_a_viewer_reads_it_and_has_no_form(acme, desk):
    vera = factories.make_member(acme, "vera", "viewer")
    notes.write_note(desk.talk, vera, "Angry.")
    desk.do("label", text="Returns")
    turns.assign(desk.talk, desk.browser.get("/admin/").wsgi_request.user)
    page = Desk(vera, desk.talk).page()
    panel = page[page.index('id="work"') : page.index("</aside>")]
    assert "Angry." in panel
    assert "Returns" in panel
    assert "<form" not in panel
