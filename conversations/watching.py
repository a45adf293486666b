"""What Django announces goes into the audit log: sign-ins, changes in the admin, memberships."""

import json
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save, pre_save
from django.dispatch import receiver

from conversations.models import AuditEntry, Export, Membership, Tenant
from conversations.services.audit import record, record_of_person, tenant_of

Act = AuditEntry.Act
DONE = {ADDITION: "added", CHANGE: "changed"}
MAX_NAME = 150


@receiver(user_logged_in)
def signed_in(sender: Any, user: Any, **_: Any) -> None:
    """A sign-in stands in the log of every tenant the person belongs to."""
    record_of_person(Act.SIGNED_IN, user)


@receiver(user_logged_out)
def signed_out(sender: Any, user: Any, **_: Any) -> None:
    """So does a sign-out; a session that had ended before says nothing."""
    if user is not None:
        record_of_person(Act.SIGNED_OUT, user)


@receiver(user_login_failed)
def refused(sender: Any, credentials: dict[str, Any], **_: Any) -> None:
    """A refused sign-in is the deployment's, under the name that was tried."""
    tried = credentials.get("username") or credentials.get("email") or ""
    record(Act.REFUSED, tried=str(tried)[:MAX_NAME])


@receiver(post_save, sender=LogEntry)
def changed_in_admin(sender: Any, instance: LogEntry, created: bool, **_: Any) -> None:
    """Whatever somebody adds, changes or deletes in the admin, with the names of the fields."""
    if not created or instance.content_type is None:
        return
    model = instance.content_type.model_class()
    if model is None or model in (Membership, Export):  # these are logged as what they are
        return
    # what was deleted is there no more: its tenant is, if it was one's own
    thing = model._base_manager.filter(pk=instance.object_id).first()
    record(
        Act.SETTING,
        thing,
        tenant_id=tenant_of(thing),
        person=instance.user,
        what=str(model._meta.verbose_name),
        number=instance.object_id,
        done=DONE.get(instance.action_flag, "deleted"),
        fields=_fields(instance),
    )


def _fields(entry: LogEntry) -> list[str]:
    """The names of the fields that changed, as the admin noted them."""
    try:
        parts = json.loads(entry.change_message)
    except ValueError:
        return []
    if not isinstance(parts, list):
        return []
    changed = [one for part in parts for one in part.values() if isinstance(one, dict)]
    return [name for one in changed for name in one.get("fields", [])]


@receiver(pre_save, sender=Membership)
def remembers_role(sender: Any, instance: Membership, **_: Any) -> None:
    """The role before the change is known to the one who logs it."""
    before = Membership.objects.filter(pk=instance.pk).values_list("role", flat=True).first()
    instance.__dict__["_role_before"] = before


@receiver(post_save, sender=Membership)
def role_changed(sender: Any, instance: Membership, **_: Any) -> None:
    """Who joined, or what a member was and is now; nothing where the role stays."""
    before = instance.__dict__.get("_role_before")
    if before != instance.role:
        _role(instance, before, instance.role)


@receiver(post_delete, sender=Membership)
def member_left(sender: Any, instance: Membership, origin: Any = None, **_: Any) -> None:
    """Who belongs no more; nothing where the whole tenant goes, its log with it."""
    if not isinstance(origin, Tenant):
        _role(instance, instance.role, None)


def _role(membership: Membership, before: str | None, after: str | None) -> None:
    name = membership.user.get_username()
    record(Act.ROLE, membership, member=name, before=before, after=after)
