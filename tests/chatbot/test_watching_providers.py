"""The timetable looks at keys and models, so that their days are not missed."""

import datetime

import pytest
from django.utils import timezone

from billing.models import Alert
from chatbot.celery import app
from chatbot.tasks import watch_providers
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_key_and_a_model_whose_day_is_near_are_told_of_once(settings):
    settings.CHAT_MODEL = "old"
    near = timezone.localdate() + datetime.timedelta(days=5)
    factories.make_key(rotate_by=near)
    factories.make_profile("old", shuts_down_on=near)
    for _ in range(3):
        watch_providers()
    assert sorted(Alert.objects.values_list("kind", flat=True)) == ["key", "model"]


def test_it_is_in_the_timetable_at_least_daily():
    entry = app.conf.beat_schedule["watch_providers"]
    assert entry["task"] == watch_providers.name
    assert entry["schedule"] <= 86400
