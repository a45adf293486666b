"""The naive design's worker: a process per reply, a `group_send` per token."""

import os
from typing import Any

from asgiref.sync import async_to_sync
from celery import Celery
from celery.signals import worker_init
from channels.layers import get_channel_layer

from chatbot.bench.questions import request_for
from chatbot.providers.sdk import blocking_texts, preload

MODEL = os.environ["DESIGN_MODEL_URL"]

app = Celery("naive", broker=os.environ["DESIGN_REDIS_URL"])
app.conf.update(
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
)


@app.task
def answer(group: str, question: str) -> None:
    """The reply has been sent to the group, a message for each token."""
    send = async_to_sync(get_channel_layer().group_send)
    for text in blocking_texts(MODEL, request_for(question)):
        send(group, {"type": "chat.text", "text": text})
    send(group, {"type": "chat.end"})


@worker_init.connect
def warm_up(**_: Any) -> None:
    """What a reply imports is imported before the fork, not in every child (14 times the cost)."""
    preload(MODEL, request_for("warm up"))
    async_to_sync(get_channel_layer().group_send)("nobody", {"type": "chat.end"})
