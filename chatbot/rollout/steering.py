"""Start a canary, change its share, adopt it or roll it back."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from billing.services.alerts import raise_alert
from chatbot.models import PersonaVersion, Rollout
from chatbot.rollout.wording import version_with, wording_of

State = Rollout.State


def begin(rollout: Rollout, by: User | None) -> Rollout:
    """The canary runs from the next turn on, with a copy of its version's wording.

    Refused by the database where one runs already.
    """
    version = rollout.version
    if version is None:
        raise ValueError("A canary begins with a version.")
    rollout.persona, rollout.number = version.persona, version.number
    rollout.wording = wording_of(version)
    if rollout.model:
        rollout.wording["model"] = rollout.model
    rollout.started_at, rollout.started_by = timezone.now(), by
    rollout.save()
    return rollout


def roll_back(rollout: Rollout, why: str, by: User | None = None) -> bool:
    """Everybody is answered as usual again, within two seconds; False where it had ended.

    Where nobody asked for it, the tenant's managers are alerted.
    """
    with transaction.atomic():
        if not _end(rollout, State.ROLLED_BACK, why, by):
            return False
        if by is None:
            raise_alert(
                rollout.tenant,
                "rollout",
                str(rollout.pk),
                f"The canary {rollout} was rolled back by itself. {why}",
                "Look at the comparison under Canaries, mend the version and begin another one.",
                {"canary": str(rollout), "share": rollout.share},
            )
    return True


def adopt(rollout: Rollout, by: User | None) -> PersonaVersion | None:
    """What the share was given is published for everybody; None where it had ended.

    It is the draft that was tried where that is still one, else another version.
    """
    with transaction.atomic():
        if not _end(rollout, State.ADOPTED, "", by):
            return None
        persona = rollout.persona
        numbers = persona.versions.select_for_update()
        list(numbers.values_list("pk"))
        draft = numbers.filter(number=rollout.number, published_at=None).first()
        last = persona.versions.aggregate(last=Max("number"))["last"] or 0
        version = version_with(persona, draft.number if draft else last + 1, rollout.wording)
        if draft:
            version.pk, version._state.adding = draft.pk, False
            version.reason, version.author = draft.reason, draft.author
        else:
            version.author = by
        version.reason = version.reason or f"Adopted after a canary with {rollout.share} %"
        version.published_at = timezone.now()
        version.save()
    return version


def _end(rollout: Rollout, state: str, why: str, by: User | None) -> bool:
    ended = Rollout.objects.filter(pk=rollout.pk, state=State.RUNNING).update(
        state=state, why_ended=why[:500], ended_by=by, ended_at=Now()
    )
    rollout.refresh_from_db()
    return bool(ended)


def change(rollout: Rollout) -> bool:
    """Share, rules and reason of a running canary are these; False where it has ended meanwhile."""
    names = [
        *("share", "reason", "confidence"),
        *("most_errors", "most_cost", "most_thumbs_down", "most_handed_off"),
    ]
    rows = Rollout.objects.filter(pk=rollout.pk, state=State.RUNNING)
    return bool(rows.update(**{name: getattr(rollout, name) for name in names}))
