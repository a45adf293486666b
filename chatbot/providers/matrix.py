"""The matrix of models: loaded from the seed, and watched for models that will be shut down."""

import datetime
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F

from billing.models import Alert, SpendLimit
from billing.services.alerts import raise_alert
from chatbot.models import FallbackStep, ModelProfile, PersonaVersion
from conversations.models import Tenant

SEED = Path(__file__).resolve().parent.parent / "seed" / "models.json"
WARN_DAYS = (90, 30, 7)


def load_seed() -> int:
    """Every model of `seed/models.json` has its row as that says; returns how many are new.

    A row that somebody edited stays as it is; the others follow the file,
    so a date of shutdown that became known arrives with an upgrade.
    """
    added = 0
    for row in seeded():
        profile = ModelProfile.objects.filter(model=row.model).first()
        if profile is None:
            added += 1
        elif profile.edited:
            continue
        else:
            row.pk = profile.pk
        row.save()
    return added


def seeded() -> list[ModelProfile]:
    """The rows of the seed file, checked; not saved."""
    found = []
    for line in json.loads(SEED.read_text()):
        row = ModelProfile(**line)
        row.clean_fields(exclude=["id"])  # turns the strings into dates, or refuses
        row.clean()
        found.append(row)
    return found


def warn_of_shutdowns(today: datetime.date) -> int:
    """Whoever uses a model hears 90, 30 and 7 days before it is shut down, and on the day.

    Each warning once; one whose day has passed unseen is left out for the
    next. Returns how many alerts that took.
    """
    raised = 0
    users = users_by_model()
    for profile in ModelProfile.objects.filter(model__in=users):
        if profile.shuts_down_on is None:
            continue
        left = (profile.shuts_down_on - today).days
        reached = [days for days in (*WARN_DAYS, 0) if left <= days]
        if not reached:
            continue
        for tenant in users[profile.model]:
            raised += _warn(tenant, profile, reached[-1], left)
    return raised


def _warn(tenant: Tenant | None, profile: ModelProfile, step: int, left: int) -> bool:
    when = f"in {left} days" if left > 1 else "tomorrow" if left == 1 else "today"
    name = profile.model
    why = (
        f"{name} is shut down {when}, on {profile.shuts_down_on}."
        if left >= 0
        else f"{name} was shut down on {profile.shuts_down_on}."
    )
    better = f"Its maker names {profile.instead}. " if profile.instead else ""
    figures: dict[str, Any] = {"model": name, "shuts_down_on": str(profile.shuts_down_on)}
    alert = raise_alert(
        tenant,
        Alert.Kind.MODEL,
        f"shutdown/{name}/{profile.shuts_down_on}/{step}",
        why + " Replies that ask it fail from then on.",
        f"{better}Choose another model where this one is named: "
        + ("in the persona." if tenant else "in CHAT_MODEL, fallback steps or limits."),
        figures,
    )
    return alert is not None


def users_by_model() -> dict[str, set[Tenant | None]]:
    """Who uses each model: tenants by their personas, and the deployment as a whole."""
    users: dict[str, set[Tenant | None]] = defaultdict(set)
    users[settings.CHAT_MODEL].add(None)
    spoken: dict[int, PersonaVersion] = {}
    versions = PersonaVersion.objects.exclude(published_at=None).select_related("tenant")
    for version in versions.order_by("persona_id", "number"):
        spoken[version.persona_id] = version  # the newest one speaks
    for version in spoken.values():
        if version.model:
            users[version.model].add(version.tenant)
    for step in FallbackStep.objects.exclude(model="").select_related("tenant"):
        users[step.model].add(step.tenant)
    cheaper = SpendLimit.objects.filter(at_hard=SpendLimit.AtHard.CHEAPER).exclude(cheaper_model="")
    for limit in cheaper.annotate(model=F("cheaper_model")).select_related("tenant"):
        users[limit.model].add(limit.tenant)
    return users
