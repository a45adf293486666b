"""An alert is told once, to those whom it concerns."""

import pytest

from billing.models import Alert, AlertHook, Delivery
from billing.services.alerts import raise_alert
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sends_mail(settings):
    settings.EMAIL_HOST = "mail.example.com"


def raised(tenant, key="1"):
    return raise_alert(tenant, "anomaly", key, "Much was spent.", "Look.", {"spent": "1.5"})


def address(user, address):
    user.email = address
    user.save()


def addressed():
    return set(Delivery.objects.values_list("channel", "address"))


def test_the_same_thing_is_told_once(acme, cleo):
    address(cleo, "cleo@example.com")
    assert raised(acme)
    assert raised(acme) is None
    assert Alert.objects.count() == Delivery.objects.count() == 1


def test_another_thing_and_another_tenant_are_told_too(acme, globex):
    assert raised(acme)
    assert raised(acme, "2")
    assert raised(globex)
    assert raised(None)
    assert raised(None) is None


def test_managers_and_the_webhook_are_told_and_nobody_else(acme, ben, cleo, mallory):
    for user in (ben, cleo, mallory):
        address(user, f"{user.username}@example.com")
    AlertHook.objects.create(tenant=acme, url="https://acme.example.com/hook")
    raised(acme)
    assert addressed() == {
        ("mail", f"{cleo.username}@example.com"),
        ("webhook", "https://acme.example.com/hook"),
    }


def test_what_concerns_no_tenant_is_told_to_the_operator(acme, cleo):
    address(cleo, "cleo@example.com")
    address(factories.make_user("root", is_superuser=True), "root@example.com")
    raised(None)
    assert addressed() == {("mail", "root@example.com")}


def test_who_has_no_address_or_is_gone_is_not_written_to(acme, cleo):
    gone = factories.make_member(acme, "gone", "owner")
    gone.is_active = False
    address(gone, "gone@example.com")
    raised(acme)
    assert not Delivery.objects.exists()


def test_without_a_mail_host_no_mail_is_promised(acme, cleo, settings):
    settings.EMAIL_HOST = ""
    address(cleo, "cleo@example.com")
    assert raised(acme)
    assert not Delivery.objects.exists()
