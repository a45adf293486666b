"""Staff reach what belongs to their own tenants, and no more than their role allows."""

import pytest
from django.contrib.auth.models import AnonymousUser

from conversations import access
from conversations.models import Conversation, Membership
from conversations.roles import Act
from tests.factories import make_conversation, make_user

Role = Membership.Role


def test_mallory_sees_nothing_of_acme(acme, globex, mallory):
    make_conversation(acme)
    theirs = make_conversation(globex)
    assert list(access.visible(mallory, Conversation)) == [theirs]
    assert list(access.tenants_of(mallory)) == [globex]


@pytest.mark.parametrize("role", list(Role))
def test_a_role_reaches_what_lower_roles_reach(acme, role):
    user = make_user("someone")
    Membership.objects.create(tenant=acme, user=user, role=role)
    lower = list(Role)[: list(Role).index(role) + 1]
    assert [asked for asked in Role if access.tenants_of(user, asked).exists()] == lower


# The table of `roles.py`, said a second time: who widens it by mistake is stopped here.
MAY = {
    Act.READ: "viewer agent reviewer manager owner",
    Act.ANSWER: "agent reviewer manager owner",
    Act.REVIEW: "reviewer manager owner",
    Act.REDACT: "reviewer manager owner",
    Act.EXPORT: "reviewer manager owner",
    Act.CONFIGURE: "manager owner",
    Act.SPEND: "manager owner",
    Act.AUDIT: "manager owner",
    Act.ERASE: "manager owner",
    Act.OWN: "owner",
}


def test_each_act_is_for_those_it_is_for(acme):
    users = {role: make_user(role) for role in Role}
    for role, user in users.items():
        Membership.objects.create(tenant=acme, user=user, role=role)
    assert {
        act: " ".join(role for role, user in users.items() if access.tenants_of(user, act))
        for act in Act
    } == MAY


def test_an_unknown_role_may_nothing(acme):
    user = make_user("someone")
    Membership.objects.create(tenant=acme, user=user, role="staff")
    assert not any(access.tenants_of(user, act).exists() for act in Act)


def test_a_lower_role_counts_from_the_moment_on(acme, ben):
    assert access.tenants_of(ben, Act.ANSWER).exists()
    Membership.objects.filter(user=ben).update(role=Role.VIEWER)
    assert access.tenants_of(ben).exists()
    assert not access.tenants_of(ben, Act.ANSWER).exists()


def test_nobody_and_the_disabled_see_nothing(acme, ben):
    make_conversation(acme)
    assert not access.visible(AnonymousUser(), Conversation).exists()
    ben.is_active = False
    assert not access.visible(ben, Conversation).exists()


def test_losing_the_membership_takes_effect_at_once(acme, ben):
    make_conversation(acme)
    assert access.visible(ben, Conversation).exists()
    Membership.objects.filter(user=ben).delete()
    assert not access.visible(ben, Conversation).exists()
