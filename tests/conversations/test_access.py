"""Staff reach what belongs to their own tenants, and no more than their role allows."""

import pytest
from django.contrib.auth.models import AnonymousUser

from conversations import access
from conversations.models import Conversation, Membership
from tests.factories import make_conversation, make_user

Role = Membership.Role


def test_mallory_sees_nothing_of_acme(acme, globex, mallory):
    make_conversation(acme)
    theirs = make_conversation(globex)
    assert list(access.visible(mallory, Conversation)) == [theirs]
    assert list(access.tenants_of(mallory)) == [globex]


@pytest.mark.parametrize(
    ("role", "reaches"),
    [
        (Role.STAFF, {Role.STAFF}),
        (Role.MANAGER, {Role.STAFF, Role.MANAGER}),
        (Role.OWNER, set(Role)),
    ],
)
def test_a_role_reaches_what_lower_roles_reach(acme, role, reaches):
    user = make_user("someone")
    Membership.objects.create(tenant=acme, user=user, role=role)
    assert {asked for asked in Role if access.tenants_of(user, asked).exists()} == reaches


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
