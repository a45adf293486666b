"""Write conversations into a file, behind the page and a stretch at a time."""

import datetime
import gzip
import zoneinfo
from collections.abc import Iterator
from typing import Any

import orjson
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from conversations.models import AuditEntry, Conversation, Export, ExportPart, Tenant
from conversations.selectors.exports import as_data
from conversations.services.audit import record

AT_ONCE = 100


def ask_for_export(
    tenant: Tenant,
    by: Any,
    first_day: datetime.date | None = None,
    last_day: datetime.date | None = None,
) -> Export:
    """A file of the tenant's conversations of these days, at its place, is to be made."""
    wanted = Export(tenant=tenant, asked_by=by, first_day=first_day, last_day=last_day)
    rows = _conversations(wanted)
    wanted.total = rows.count()
    wanted.upto = rows.order_by("-pk").values_list("pk", flat=True).first() or 0
    wanted.save()
    record(AuditEntry.Act.EXPORTED, wanted, conversations=wanted.total)
    return wanted


def make_exports() -> int:
    """Files that are waited for are further than before, most of them done; returns how many parts.

    Two workers write different files, or take turns.
    """
    written = 0
    while part := _next_part():
        written += part
    return written


@transaction.atomic
def _next_part() -> int:
    export = (
        Export.objects.select_for_update(skip_locked=True)
        .filter(state=Export.State.WAITING)
        .order_by("pk")
        .first()
    )
    if export is None:
        return 0
    rows = _conversations(export).filter(pk__gt=export.after, pk__lte=export.upto)
    batch = list(rows.select_related("visitor", "tenant").order_by("pk")[:AT_ONCE])
    if batch:
        lines = b"".join(orjson.dumps(as_data(one)) + b"\n" for one in batch)
        ExportPart.objects.create(
            tenant_id=export.tenant_id,
            export=export,
            number=export.parts.count() + 1,
            content=gzip.compress(lines),
        )
        export.after = batch[-1].pk
        export.done += len(batch)
    if len(batch) < AT_ONCE:
        export.state = Export.State.DONE
    export.save(update_fields=["after", "done", "state"])
    return 1


def pieces_of(export: Export) -> Iterator[bytes]:
    """The file, a part at a time: gzip, lines of JSON."""
    for number in export.parts.values_list("number", flat=True):
        yield bytes(export.parts.values_list("content", flat=True).get(number=number))


def withdraw_exports(tenant_id: int) -> None:
    """No file of this tenant that was made before can be had: words in it are gone since."""
    Export.objects.filter(tenant_id=tenant_id).update(state=Export.State.WITHDRAWN)
    ExportPart.objects.filter(tenant_id=tenant_id).delete()


def drop_old() -> int:
    """Files whose days are over are gone; returns how many."""
    return Export.objects.filter(kept_until__lt=Now()).delete()[0]


def _conversations(export: Export) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(tenant_id=export.tenant_id)
    zone = zoneinfo.ZoneInfo(export.tenant.time_zone)
    if export.first_day:
        rows = rows.filter(updated_at__gte=_midnight(export.first_day, zone))
    if export.last_day:
        after = export.last_day + datetime.timedelta(days=1)
        rows = rows.filter(created_at__lt=_midnight(after, zone))
    return rows


def _midnight(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), zone)
