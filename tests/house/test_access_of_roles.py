"""Every role at every page and every act; what each should meet follows from `roles.py`.

`test_access_matrix.py` says what an agent and a manager meet at each page of
the admin. Here the other roles are held against that, and all of them
against the pages that are no table's.
"""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conversations import urls
from conversations.models import Conversation, Export, Membership, Message, Tenant, Visitor
from conversations.roles import RANKS, Act, Role, acts_of
from conversations.services import exporting, handoff
from tests import factories
from tests.house.test_access_matrix import (
    ACTS,
    EXPECTED,
    GUARD_ACTS,
    LABELS,
    MADE_FOR,
    OF_MANAGERS,
    PEOPLE,
    REPORTS,
    _hook_delivery,
    _prepared,
    _source,
    _urls,
    _verdict,
    _word_list,
)

pytestmark = pytest.mark.django_db
AGENT, MANAGER = PEOPLE.index("ben"), PEOPLE.index("cleo")
# Whose column of the other file a role shares.
LIKE = {Role.VIEWER: AGENT, Role.REVIEWER: AGENT, Role.OWNER: MANAGER}
# Where a reviewer may more than an agent.
OF_REVIEWERS = {"conversations.Export", "conversations.ReviewTask", "review:quality"}
OF_REVIEWERS |= {"review:sample"}
# What they read and only managers change.
READ_BY_REVIEWERS = {"conversations.Criterion"}
WANTED = {
    "conversation-as": Act.EXPORT,
    "erase-visitor": Act.ERASE,
    "export-file": Act.EXPORT,
    "member": Act.OWN,
    "members": Act.OWN,
    "new-notices": Act.READ,
    "notices": Act.READ,
    "redact": Act.REDACT,
    "retention": Act.OWN,
    "roles": Act.READ,
    "visitor-as-json": Act.ERASE,
}
# Of no tenant: what each sees there is their own.
OF_EVERYBODY = {"roles", "notices", "new-notices"}
POSTED = {
    "erase-visitor": {"sure": "yes"},
    "member": {"role": "viewer"},
    "members": {"name": "nora@example.com", "role": "agent"},
    "redact": {"words": "long"},
    "retention": {"kept_days": "9", "keep": "yes"},
}


@pytest.fixture
def browsers(acme: Tenant, mallory: Any) -> dict[str, Client]:
    """One for each role at Acme, for Globex's owner, for the operator, and for nobody."""
    users = {role.value: factories.make_member(acme, role, role) for role in RANKS}
    users |= {"mallory": mallory, "operator": factories.make_user("root", is_superuser=True)}
    clients = {name: Client() for name in (*users, "nobody")}
    for name, user in users.items():
        clients[name].force_login(user)
    return clients


@pytest.mark.parametrize("label", LABELS)
def test_the_other_roles_meet_what_their_neighbours_meet(acme, browsers, label):
    pages = _urls(label, MADE_FOR[label](acme))
    for role, neighbour in LIKE.items():
        if role == Role.OWNER and label == "conversations.Tenant":
            neighbour = PEOPLE.index("operator")
        found = {page: browsers[role].get(url).status_code for page, url in pages.items()}
        if role == Role.REVIEWER and label in OF_REVIEWERS:
            neighbour = MANAGER
        expected = {page: row[neighbour] for page, row in EXPECTED[label]._asdict().items()}
        if role == Role.OWNER and label == "conversations.Tenant":
            expected |= {"add": 403, "delete": 403}
        if role == Role.REVIEWER and label in READ_BY_REVIEWERS:
            expected |= {"changelist": 200, "change": 200, "history": 200}
        assert (role, found) == (role, expected)


@pytest.mark.parametrize("name", REPORTS)
def test_the_other_roles_meet_the_same_reports(browsers, name):
    like = LIKE | ({Role.REVIEWER: MANAGER} if name in OF_REVIEWERS else {})
    found = [browsers[role].get(reverse(name)).status_code for role in like]
    assert found == [REPORTS[name][neighbour] for neighbour in like.values()]


@pytest.mark.parametrize("name", ACTS)
def test_a_viewer_does_nothing_in_a_conversation(acme, browsers, name):
    talk = factories.make_conversation(acme)
    url, _ = _prepared(talk, name)
    before = list(talk.events.values_list("kind", flat=True))
    assert browsers["viewer"].post(url, {"text": "Hello"}).status_code == 403
    assert list(talk.events.values_list("kind", flat=True)) == before
    assert browsers["reviewer"].post(url, {"text": "Hello"}).status_code == 302


@pytest.mark.parametrize("name", sorted({*GUARD_ACTS, *OF_MANAGERS}))
def test_a_viewer_changes_nothing_of_the_bot(acme, ben, browsers, name):
    if "verdict" in name:
        args: list[Any] = [_verdict(acme).pk]
    elif "hookdelivery" in name:
        args = [_hook_delivery(acme).pk]
    elif "wordlist" in name:
        args = [_word_list(acme).pk, 1] if name.endswith("publish") else [_word_list(acme).pk]
    elif name.endswith("learn"):
        talk = factories.make_conversation(acme)
        factories.answered(talk)
        args = [talk.pk, handoff.staff_says(talk, ben, "Thirty days.").pk]
    else:
        args = [_source(acme).pk]
    answer = browsers["viewer"].post(reverse(f"admin:{name}", args=args))
    assert answer.status_code in (302, 403)
    assert "login" not in answer.headers.get("Location", "")


def _thing(tenant: Tenant, name: str) -> list[Any]:
    """The arguments of a page about something of this tenant."""
    talk = factories.make_conversation(tenant)
    factories.answered(talk)
    match name:
        case "conversation-as":
            return [talk.pk, "json"]
        case "redact":
            return [talk.pk]
        case "erase-visitor" | "visitor-as-json":
            return [talk.visitor_id]
        case "export-file":
            export = exporting.ask_for_export(tenant, None)
            exporting.make_exports()
            return [export.pk]
        case "members" | "retention":
            return [tenant.slug]
        case "member":
            member = factories.make_member(tenant, "nina")
            return [tenant.slug, Membership.objects.get(user=member).pk]
    return []


def _expected(name: str, who: str) -> int:
    if who == "nobody":
        return 302
    if who == "operator":
        return 200
    if who == "mallory":
        return 200 if name in OF_EVERYBODY else 404
    return 200 if WANTED[name] in acts_of(who) else 403


def test_every_page_of_the_house_is_held_here():
    assert {pattern.name for pattern in urls.urlpatterns} == set(WANTED)


@pytest.mark.parametrize("name", sorted(set(WANTED) - {"member"}))
def test_each_page_of_the_house_opens_for_those_it_is_for(acme, browsers, name):
    url = reverse(f"house:{name}", args=_thing(acme, name))
    found = {who: client.get(url).status_code for who, client in browsers.items()}
    assert found == {who: _expected(name, who) for who in browsers}


@pytest.mark.parametrize("name", sorted(POSTED))
def test_each_act_of_the_house_is_done_for_those_it_is_for(acme, browsers, name):
    for who, client in browsers.items():
        if who == "mallory":
            continue
        url = reverse(f"house:{name}", args=_thing(acme, name))
        before = _state(acme)
        answer = client.post(url, POSTED[name])
        may = _expected(name, who) == 200
        assert (who, answer.status_code) == (who, 302 if may or who == "nobody" else 403)
        assert (who, _state(acme) != before) == (who, may)
        Tenant.objects.update(kept_days=None)
        Membership.objects.filter(user__username="nora@example.com").delete()


@pytest.mark.parametrize("name", sorted(POSTED))
def test_another_tenants_owner_changes_nothing(acme, browsers, name):
    url = reverse(f"house:{name}", args=_thing(acme, name))
    before = _state(acme)
    assert browsers["mallory"].post(url, POSTED[name]).status_code == 404
    assert _state(acme) == before


def _state(tenant: Tenant) -> list[Any]:
    """All that an act of the house can change."""
    return [
        Tenant.objects.get(pk=tenant.pk).kept_days,
        sorted(tenant.memberships.values_list("pk", "role")),
        sorted(Message.objects.filter(tenant=tenant).values_list("pk", "text")),
        Visitor.objects.filter(tenant=tenant).count(),
        Conversation.objects.filter(tenant=tenant).count(),
        Export.objects.filter(tenant=tenant, state="done").count(),
    ]


def test_a_withdrawn_or_foreign_file_is_not_there(acme, globex, browsers):
    export = exporting.ask_for_export(acme, None)
    url = reverse("house:export-file", args=[export.pk])
    assert browsers["owner"].get(url).status_code == 404
    exporting.make_exports()
    assert browsers["owner"].get(url).status_code == 200
    assert browsers["mallory"].get(url).status_code == 404
    exporting.withdraw_exports(acme.pk)
    assert browsers["owner"].get(url).status_code == 404
