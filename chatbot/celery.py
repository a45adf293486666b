"""The worker's entry and the timetable.

Losing the broker loses nothing: a queued generation is a row in Postgres,
and the sweeper in every worker finds it there.
"""

import os
import warnings

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.schedules import crontab
from celery.signals import worker_init, worker_ready, worker_shutdown
from django.conf import settings

from chatbot import garbage

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatbot.settings")

# It warns of root because pickled tasks could run anything; ours are JSON, with an id.
warnings.filterwarnings("ignore", category=SecurityWarning)

app = Celery("chatbot")
redis_is_broker = settings.BROKER_URL.startswith(("redis://", "rediss://"))
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_transport="chatbot.broker:Transport" if redis_is_broker else None,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        # A task that a dead worker had taken, but not begun, goes to another one: only a
        # sign that there is work, which the sweeper gives as well.
        "visibility_timeout": 600,
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
        "max_connections": 300,
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
    },
    # A visitor's message must not wait for a broker that is away: one quick
    # try, then the sweeper takes over.
    task_publish_retry=False,
    task_default_queue="replies",
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    # A task only says that there is work; what it is, and who is at it, stands in
    # Postgres. Acknowledged late, a task would be kept by the broker for nothing, and
    # Celery 5.7's worker exits where its Redis is lost while it holds one.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=20,
    worker_hijack_root_logger=False,
    timezone="UTC",
    beat_schedule={
        "settle_orphans": {"task": "chatbot.tasks.settle_orphans", "schedule": 15.0},
        "watch_providers": {"task": "chatbot.tasks.watch_providers", "schedule": 3600.0},
        "tend_library": {"task": "chatbot.tasks.tend_library", "schedule": 20.0},
        "watch_rollouts": {"task": "chatbot.tasks.watch_rollouts", "schedule": 60.0},
        "tell_hooks": {"task": "chatbot.tasks.tell_hooks", "schedule": 3.0},
        "forget_answers": {"task": "chatbot.tasks.forget_answers", "schedule": 3600.0},
        "run_trials": {"task": "chatbot.tasks.run_trials", "schedule": 20.0},
        "deliver_alerts": {"task": "billing.tasks.deliver_alerts", "schedule": 10.0},
        "fold_rollups": {"task": "billing.tasks.fold_rollups", "schedule": 10.0},
        "check_rollups": {"task": "billing.tasks.check_rollups", "schedule": crontab("40", "3")},
        "fill_inbox": {"task": "chatbot.tasks.fill_inbox", "schedule": 5.0},
        "hand_back_idle": {"task": "conversations.tasks.hand_back_idle", "schedule": 20.0},
        "tend_desk": {"task": "conversations.tasks.tend_desk", "schedule": 10.0},
        "mail_notices": {"task": "conversations.tasks.mail_notices", "schedule": 60.0},
        "judge_outcomes": {"task": "conversations.tasks.judge_outcomes", "schedule": 3600.0},
        "mail_answers": {"task": "conversations.tasks.mail_answers", "schedule": 30.0},
        "make_exports": {"task": "conversations.tasks.make_exports", "schedule": 10.0},
        "erase_due": {"task": "conversations.tasks.erase_due", "schedule": crontab("23")},
        "make_partitions": {"task": "billing.tasks.make_partitions", "schedule": 12 * 3600.0},
        "watch_spending": {"task": "billing.tasks.watch_spending", "schedule": crontab("7")},
        # there are places a quarter of an hour off
        "send_digests": {"task": "billing.tasks.send_digests", "schedule": crontab("*/15")},
        "propose_prices": {
            "task": "billing.tasks.propose_prices",
            "schedule": crontab(hour=6, minute=0, day_of_week="monday"),
        },
        "fetch_bills": {
            "task": "chatbot.tasks.fetch_bills",
            "schedule": crontab(hour=3, minute=30),
        },
    },
)
app.autodiscover_tasks(["chatbot", "billing", "conversations"])


@worker_init.connect
def preload(**_: object) -> None:
    """The engine is imported and its loop runs before the first task, not during it (0.7 s)."""
    from chatbot.engine.streaming import warm_up  # noqa: PLC0415

    warm_up()
    if settings.TRACES_ENDPOINT:
        from chatbot.health import tracing  # noqa: PLC0415 - 0.1 s of imports

        tracing.start(settings.TRACES_ENDPOINT)


@worker_ready.connect
def sweep(**_: object) -> None:
    """From now on this worker takes turns that nobody else took."""
    from chatbot.sweeper import Sweeper  # noqa: PLC0415

    Sweeper().start()
    garbage.settle()


@worker_shutdown.connect
def leave(**_: object) -> None:
    """Nobody counts on this worker any more."""
    from chatbot.health import heartbeat  # noqa: PLC0415

    heartbeat.fall_silent()
