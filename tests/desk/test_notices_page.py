"""Each person has their notices, on a page and for the browser to show."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from conversations.models import AtDesk, CannedReply, Notice
from conversations.services import handoff, notes, notices
from tests import factories

pytestmark = pytest.mark.django_db
PAGE = "/admin/house/notices/"


@pytest.fixture
def browser(ben):
    browser = Client()
    browser.force_login(ben)
    return browser


def asked(tenant):
    talk = factories.make_conversation(tenant)
    handoff.ask_for_person(talk)
    return talk


def test_a_page_that_has_just_been_opened_shows_nothing_old(acme, browser):
    asked(acme)
    first = browser.get(f"{PAGE}new/").json()
    assert (first["new"], first["unseen"]) == ([], 1)
    talk = asked(acme)
    later = browser.get(f"{PAGE}new/?after={first['newest']}").json()
    assert [one["title"] for one in later["new"]] == ["A visitor waits for a person"]
    assert later["new"][0]["url"] == f"/admin/conversations/conversation/{talk.pk}/change/"
    assert browser.get(f"{PAGE}new/?after={later['newest']}").json()["new"] == []


def test_a_page_that_asks_says_that_its_person_is_at_their_desk(browser, ben):
    browser.get(f"{PAGE}new/")
    browser.get(f"{PAGE}new/")
    assert AtDesk.objects.get(user=ben).seen_at


def test_the_page_lists_them_and_all_are_seen_at_a_click(acme, browser, cleo, ben):
    talk = asked(acme)
    note = notes.write_note(talk, cleo, f"@{ben.username} look").note
    page = browser.get(PAGE).text
    assert f"/change/#note-{note.pk}" in page
    assert page.count('class="house-new"') == 2
    page = browser.post(PAGE, {"see": "all"}, follow=True).text
    assert 'class="house-new"' not in page
    assert not Notice.objects.filter(user=ben, seen_at=None).exists()
    assert "All seen" not in page


def test_how_somebody_is_told_is_theirs_to_choose(browser, ben):
    browser.post(PAGE, {"away": "yes"})
    desk = AtDesk.objects.get(user=ben)
    assert (desk.away, desk.by_mail) == (True, False)
    browser.post(PAGE, {"by_mail": "yes"})
    desk.refresh_from_db()
    assert (desk.away, desk.by_mail) == (False, True)


def test_of_a_tenant_one_has_left_there_is_nothing_any_more(acme, globex, browser, ben):
    asked(acme)
    ben.memberships.all().delete()
    factories.Membership.objects.create(tenant=globex, user=ben, role="agent")
    assert browser.get(f"{PAGE}new/").json()["unseen"] == 0
    assert "house-new" not in browser.get(PAGE).text


def test_what_is_old_goes(acme, ben):
    asked(acme)
    assert notices.drop_old() == 0
    Notice.objects.update(at=factories.LONG_AGO)
    assert notices.drop_old() == 1


@pytest.mark.parametrize(
    ("name", "text"), [("no blanks", "Yes."), ("one", "Dear {vistor}"), ("", "Yes.")]
)
def test_a_canned_reply_that_could_not_be_used_is_refused(acme, name, text):
    with pytest.raises(ValidationError):
        CannedReply(tenant=acme, name=name, text=text).full_clean()


@pytest.mark.parametrize("name", ["returns", "退货", "with-line_2"])
def test_a_name_may_be_of_any_letters(acme, name):
    CannedReply(tenant=acme, name=name, text="Dear {visitor}, {x and }.").full_clean()
