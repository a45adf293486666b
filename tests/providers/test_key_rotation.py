"""Keys that are due to be replaced raise an alarm, in time and not again and again."""

import datetime

import pytest
from django.utils import timezone

from billing.models import Alert
from chatbot.providers.keys import take_over, warn_of_rotation
from tests import factories

pytestmark = pytest.mark.django_db
DUE = datetime.date(2027, 1, 31)


def days_before(days):
    return DUE - datetime.timedelta(days=days)


def test_a_month_of_days_raises_two_alarms():
    factories.make_key(rotate_by=DUE)
    raised = [warn_of_rotation(days_before(one)) for one in range(30, -5, -1)]
    assert sum(raised) == 2
    assert [30 - place for place, one in enumerate(raised) if one] == [7, 0]
    assert all(one.tenant is None for one in Alert.objects.all())


def test_the_alarm_names_the_key_by_its_last_four_characters_only():
    secret = "sk-proj-0123456789abcdefWXYZ"
    factories.make_key(secret, rotate_by=DUE)
    warn_of_rotation(DUE)
    alert = Alert.objects.get()
    told = f"{alert.why}{alert.do}{alert.figures}{alert.key}"
    assert "WXYZ" in told
    assert secret[:16] not in told


@pytest.mark.parametrize("gone", ["refused_at", "retires_at"])
def test_a_key_that_is_on_its_way_out_is_not_due(gone):
    factories.make_key(rotate_by=DUE, **{gone: timezone.now()})
    assert warn_of_rotation(DUE) == 0


def test_a_successor_ends_the_alarm():
    later = DUE + datetime.timedelta(days=30)
    old, new = factories.make_key(rotate_by=DUE), factories.make_key(rotate_by=later)
    assert warn_of_rotation(days_before(7)) == 1
    take_over(new, old)
    assert warn_of_rotation(DUE) == 0


def test_taking_over_never_makes_a_key_last_longer():
    soon = timezone.now() + datetime.timedelta(hours=1)
    old, new = factories.make_key(retires_at=soon), factories.make_key()
    take_over(new, old)
    old.refresh_from_db()
    assert old.retires_at == soon
