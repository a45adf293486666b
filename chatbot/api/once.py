"""A request that comes again under its idempotency key is answered as it was, and done once."""

import datetime
import hashlib
import re
from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from chatbot.api.problems import Problem
from chatbot.models import ApiToken, KeptAnswer
from chatbot.models.api import KEPT_FOR
from conversations.models import Conversation

HEADER = "Idempotency-Key"
KEY = re.compile(r"[\x21-\x7e]{1,200}")
# A request takes a moment; what is open for longer was begun by a process that died.
WORKED_ON_FOR = datetime.timedelta(minutes=1)


def answered_once(
    request: HttpRequest, token: ApiToken, key: str, answer: Callable[[], HttpResponse]
) -> HttpResponse:
    """What `answer` gives, or what it gave when this key first came, for a day.

    A `Problem` where the key came with another request, or its first one is
    still being worked on. An error of the server's own is not kept: the
    request may come again.
    """
    if not KEY.fullmatch(key):
        text = "An idempotency key is 1 to 200 plain signs without blanks, such as a UUID."
        raise Problem(422, "bad_key", text)
    kept, first = _kept(token, key, _hash_of(request))
    if not first:
        return _again(kept)
    try:
        response = answer()
    except BaseException:
        kept.delete()
        raise
    if response.status_code >= 500 or response.status_code == 429:
        kept.delete()
        return response
    talk: Conversation | None = getattr(request, "conversation", None)
    KeptAnswer.objects.filter(pk=kept.pk).update(
        status=response.status_code,
        body=response.content.decode(),
        kind=response["Content-Type"],
        conversation=talk,
    )
    return response


def _kept(token: ApiToken, key: str, asked: str) -> tuple[KeptAnswer, bool]:
    """The row of this key, and whether the request is to be carried out now."""
    with transaction.atomic():
        begun = {"asked": asked, "at": Now()}
        kept, first = KeptAnswer.objects.get_or_create(token=token, key=key, defaults=begun)
        if first:
            return kept, True
        if kept.at < timezone.now() - KEPT_FOR:
            kept.delete()
            return KeptAnswer.objects.create(token=token, key=key, **begun), True
        if kept.asked != asked:
            text = "This key came with another request before; each request has a key of its own."
            raise Problem(422, "key_reused", text)
        if kept.status is not None:
            return kept, False
        # of several that find a dead one's key, one goes on
        dead = Q(pk=kept.pk, status=None, at__lt=Now() - WORKED_ON_FOR)
        if KeptAnswer.objects.filter(dead).update(at=Now()):
            return kept, True
    raise Problem(409, "in_progress", "The first request with this key is under way.", after=1)


def _again(kept: KeptAnswer) -> HttpResponse:
    response = HttpResponse(kept.body, kept.kind, kept.status)
    response["Idempotency-Replayed"] = "true"
    return response


def _hash_of(request: HttpRequest) -> str:
    said = b"\n".join([str(request.method).encode(), request.get_full_path().encode()])
    return hashlib.sha256(said + b"\n" + request.body).hexdigest()
