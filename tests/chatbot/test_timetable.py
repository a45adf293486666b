"""Everything on Celery's timetable exists and runs."""

import importlib

import pytest

from billing import tasks
from chatbot.celery import app


@pytest.mark.parametrize("name", app.conf.beat_schedule)
def test_what_is_on_the_timetable_is_a_task_of_ours(name):
    task = app.conf.beat_schedule[name]["task"]
    module, _, function = task.rpartition(".")
    assert hasattr(importlib.import_module(module), function)
    assert task in app.tasks


@pytest.mark.django_db
@pytest.mark.parametrize("task", [tasks.send_digests, tasks.watch_spending])
def test_a_new_deployment_has_nothing_to_send_or_to_watch(task):
    assert task() is None
