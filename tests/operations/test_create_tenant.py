"""A new tenant can chat at once, and half of one is never left."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from billing.models import SpendLimit
from chatbot.engine.model_choice import published_version
from conversations.models import Membership, Tenant

pytestmark = pytest.mark.django_db


def create(*words, capsys=None):
    call_command("create_tenant", *words)
    return capsys.readouterr().out if capsys else ""


def test_it_has_owner_voice_limit_and_tag(capsys):
    said = create(
        *("Peak & Co", "--owner", "ann@peak.example", "--origin", "https://www.Peak.example/"),
        *("--time-zone", "Europe/Berlin", "--limit", "12.50"),
        capsys=capsys,
    )
    tenant = Tenant.objects.get(slug="peak-co")
    assert tenant.allowed_origins == ["https://www.peak.example"]
    assert tenant.public_key in said
    assert "password" in said
    owner = Membership.objects.get(tenant=tenant)
    assert (owner.user.username, owner.role) == ("ann@peak.example", "owner")
    assert owner.user.is_staff
    assert "Peak & Co" in published_version(tenant).greeting
    limit = SpendLimit.objects.get(tenant=tenant)
    assert (limit.soft, limit.hard) == (Decimal("10.00"), Decimal("12.50"))


def test_who_has_an_account_keeps_the_password(capsys):
    create("One", "--owner", "ann@peak.example", capsys=capsys)
    said = create("Two", "--owner", "ann@peak.example", "--limit", "none", capsys=capsys)
    assert "as before" in said
    assert Membership.objects.filter(user__username="ann@peak.example").count() == 2
    assert not SpendLimit.objects.filter(tenant__slug="two").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["One", "--owner", "ann"], "valid email"),
        (["One", "--owner", "a@b.example", "--origin", "b.example"], "not an origin"),
        (["One", "--owner", "a@b.example", "--time-zone", "Mars"], "not a time zone"),
        (["One", "--owner", "a@b.example", "--limit", "much"], "no amount"),
        (["One", "--owner", "a@b.example", "--limit", "NaN"], "0 or more"),
        (["商店", "--owner", "a@b.example"], "add --slug"),
    ],
    ids=["mail", "origin", "zone", "amount", "nan", "slug"],
)
def test_a_mistake_is_told_and_nothing_is_made(words, told):
    with pytest.raises(CommandError, match=told):
        create(*words)
    assert not Tenant.objects.exists()


def test_a_slug_that_is_taken_is_refused():
    create("One", "--owner", "a@b.example")
    with pytest.raises(CommandError, match="is taken"):
        create("One", "--owner", "c@d.example")
    assert Tenant.objects.count() == 1
