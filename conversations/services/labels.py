"""Put labels on conversations."""

from django.db import IntegrityError, transaction

from conversations.models import Conversation, Label, Labelled
from conversations.models.work import MAX_LABEL_CHARACTERS
from conversations.services.turns import NotDone

MOST_LABELS = 200
MOST_ON_ONE = 20


def label(conversation: Conversation, name: str) -> Label:
    """The conversation has the label of this name; capitals do not make another one.

    A name that is new to the tenant is a new label. Refused with `NotDone`
    where it is empty or too long, or there are too many.
    """
    name = " ".join(name.replace("\0", "").split())
    if not 0 < len(name) <= MAX_LABEL_CHARACTERS:
        raise NotDone(f"Give the label a name of at most {MAX_LABEL_CHARACTERS} characters.")
    on_it = Labelled.objects.filter(conversation=conversation)
    if on_it.count() >= MOST_ON_ONE:
        raise NotDone(f"There are {MOST_ON_ONE} labels on it; remove one first.")
    found = _named(conversation.tenant_id, name)
    Labelled.objects.get_or_create(
        conversation=conversation, label=found, defaults={"tenant_id": conversation.tenant_id}
    )
    return found


def unlabel(conversation: Conversation, label_id: int) -> None:
    """The conversation does not have this label; the label itself stays."""
    Labelled.objects.filter(conversation=conversation, label=label_id).delete()


def _named(tenant_id: int, name: str) -> Label:
    mine = Label.objects.filter(tenant=tenant_id)
    found = mine.filter(name__iexact=name).first()
    if found:
        return found
    if mine.count() >= MOST_LABELS:
        raise NotDone(f"There are {MOST_LABELS} labels; use one of them.")
    try:
        with transaction.atomic():
            return Label.objects.create(tenant_id=tenant_id, name=name)
    except IntegrityError:  # somebody was quicker
        return mine.get(name=name)
