"""What the operator is told about prices."""

from collections.abc import Sequence

from django.utils import timezone

from billing.models import Alert, PriceProposal
from billing.services.alerts import raise_alert

Kind = Alert.Kind


def prices_proposed(proposals: Sequence[PriceProposal]) -> None:
    """The operator is told that these wait for a decision; nothing where there are none."""
    if not proposals:
        return
    models = sorted({proposal.model for proposal in proposals})
    raise_alert(
        None,
        Kind.PRICES,
        str(max(proposal.pk for proposal in proposals)),
        why=f"{len(proposals)} published prices are new here: {', '.join(models)}.",
        do="Approve or reject them in the admin under Price proposals; until then calls cost what "
        "they did.",
        figures={"proposals": len(proposals), "models": models},
    )


def model_unpriced(model: str) -> None:
    """The operator is told, once a day, that replies fail because this model has no price."""
    today = timezone.localdate()
    raise_alert(
        None,
        Kind.UNPRICED_MODEL,
        f"{model}/{today}",
        why=f"{model} has no price, so it is not called and its replies fail.",
        do="Set a price under Prices, or name the model that it is under Model aliases.",
        figures={"model": model, "day": str(today)},
    )


def tier_unpriced(model: str, tier: str) -> None:
    """The operator is told, once, that a tier answered which the model has no price for."""
    raise_alert(
        None,
        Kind.UNPRICED_MODEL,
        f"{model}/{tier}",
        why=f"{model} was answered at the tier “{tier}”, which has no price here. Such calls are "
        "charged at the dearest price the model has, and flagged as estimated.",
        do="Add a price of that tier under Prices.",
        figures={"model": model, "tier": tier},
    )
