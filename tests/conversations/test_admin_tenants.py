"""Owners keep their tenant and its people; the tag for a site stands on its page."""

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Membership, Tenant
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(acme):
    return factories.make_member(acme, "olga", "owner")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def form(tenant, members=(), **changes):
    """The page as a browser sends it, with these (membership, username, role) rows."""
    rows = {
        "name": tenant.name,
        "slug": tenant.slug,
        "time_zone": tenant.time_zone,
        "hand_back_minutes": tenant.hand_back_minutes,
        "allowed_origins": "\n".join(tenant.allowed_origins),
        "memberships-TOTAL_FORMS": len(members),
        "memberships-INITIAL_FORMS": sum(1 for one, *_ in members if one),
    }
    for number, (membership, username, role) in enumerate(members):
        start = f"memberships-{number}-"
        rows |= {start + "username": username, start + "role": role, start + "tenant": tenant.pk}
        rows[start + "id"] = membership.pk if membership else ""
    return rows | changes


def save(user, tenant, *args, **changes):
    url = reverse("admin:conversations_tenant_change", args=[tenant.pk])
    return browser(user).post(url, form(tenant, *args, **changes))


def test_the_page_shows_the_tag_to_paste(acme, cleo, settings):
    settings.PUBLIC_URL = "https://chat.example.com"
    url = reverse("admin:conversations_tenant_change", args=[acme.pk])
    tag = (
        f"src=&quot;https://chat.example.com/widget.js&quot; data-key=&quot;{acme.public_key}&quot;"
    )
    assert tag in browser(cleo).get(url).text


def test_an_owner_says_which_sites_may_show_the_widget(acme, owner):
    typed = "https://Shop.example/\n\n http://localhost:3000 "
    assert save(owner, acme, allowed_origins=typed).status_code == 302
    acme.refresh_from_db()
    assert acme.allowed_origins == ["https://shop.example", "http://localhost:3000"]


@pytest.mark.parametrize("typed", ["shop.example", "https://shop.example/page", "ftp://x.example"])
def test_what_is_no_origin_is_refused_and_nothing_changes(acme, owner, typed):
    answer = save(owner, acme, allowed_origins=typed, name="Changed")
    assert "is not an origin" in answer.text
    assert Tenant.objects.get(pk=acme.pk).name == acme.name


def test_a_manager_looks_and_does_not_change(acme, cleo):
    assert save(cleo, acme, name="Changed").status_code == 403
    assert Tenant.objects.get(pk=acme.pk).name == acme.name


def test_an_owner_takes_somebody_in_by_the_name_they_sign_in_with(acme, owner, globex):
    user = factories.make_user("nora")
    mine = Membership.objects.get(user=owner)
    rows = [(mine, owner.username, "owner"), (None, user.username, "agent")]
    assert save(owner, acme, rows).status_code == 302
    assert Membership.objects.get(user=user).tenant == acme


def test_an_unknown_name_is_refused(acme, owner):
    mine = Membership.objects.get(user=owner)
    rows = [(mine, owner.username, "owner"), (None, "nobody", "agent")]
    assert "Nobody with this name may sign in here" in save(owner, acme, rows).text
    assert Membership.objects.filter(tenant=acme).count() == 1


def test_the_same_person_is_not_taken_in_twice(acme, owner, ben):
    mine, his = Membership.objects.get(user=owner), Membership.objects.get(user=ben)
    rows = [
        (his, ben.username, "agent"),
        (mine, owner.username, "owner"),
        (None, ben.username, "owner"),
    ]
    assert f"Twice in the list: {ben.username}." in save(owner, acme, rows).text
    assert Membership.objects.get(user=ben).role == "agent"


def test_a_membership_cannot_be_moved_to_another_person(acme, owner, ben, cleo):
    his = Membership.objects.get(user=ben)
    save(owner, acme, [(his, cleo.username, "agent")])
    his.refresh_from_db()
    assert his.user == ben


def test_a_member_of_another_tenant_cannot_be_changed_through_this_one(acme, owner, mallory):
    theirs = Membership.objects.get(user=mallory)
    save(owner, acme, [(theirs, mallory.username, "agent")])
    theirs.refresh_from_db()
    assert theirs.role == "owner"


def test_nobody_is_shown_who_else_has_an_account(acme, owner, mallory):
    url = reverse("admin:conversations_tenant_change", args=[acme.pk])
    assert mallory.username not in browser(owner).get(url).text
