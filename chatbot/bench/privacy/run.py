"""`bench privacy`: twenty values of one visitor, handed out, then erased, then looked for.

Beside it: what is left where somebody deletes the visitor's rows, and trusts
foreign keys with the rest.
"""

import tempfile
from decimal import Decimal
from pathlib import Path

import orjson
from django.db import transaction
from django.db.models import Sum

from billing.models import LedgerEntry, SpendDay
from billing.services import rollups
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.privacy.planting import VALUES, open_tenant, plant
from chatbot.bench.privacy.scanning import Found, places_with
from chatbot.bench.stack import Stack
from conversations.models import Conversation, Visitor
from conversations.selectors.exports import all_of
from conversations.services.erasing import erase_visitor

PLACES = ("tables", "valkey", "files")
# Of another visitor, who is erased by nobody.
OTHER = tuple(f"neighbour {number:02} of many" for number in range(len(VALUES)))
GOALS = [
    Goal("planted", "==", len(VALUES)),
    Goal("found_before", "==", len(VALUES)),
    Goal("exported", "==", len(VALUES)),
    Goal("left_after_erase", "==", 0),
    Goal("spend_change", "==", "0"),
    Goal("others_left", "==", len(OTHER)),
]


def privacy(options: Options, say: Say) -> Report:
    """How many values were planted, handed out, and left."""
    refuse_company()
    with tempfile.TemporaryDirectory() as folder:
        logs = Path(folder)
        with Stack(say=say, logs=logs) as stack:
            say("a visitor says what only they know")
            tenant, person = open_tenant("Privacy")
            plant(stack, tenant, person, OTHER)
            talk = plant(stack, tenant, person, VALUES)
            before = places_with(VALUES, logs)
            _refuse_unfound(before)
            spent = _spent()
            say("handing out and erasing")
            exported = orjson.dumps(all_of(talk.visitor), default=str).decode()
            cascade = _left_by_cascade(talk, logs)
            erase_visitor(talk.visitor)
            say("looking everywhere")
            after = places_with(VALUES, logs)
            others = places_with(OTHER, logs)["tables"]
            change = _spent() - spent
    figures = {
        "planted": len(VALUES),
        "exported": sum(value in exported for value in VALUES),
        "found_before": len(set().union(*before.values())),
        **{f"found_before_in_{place}": len(before[place]) for place in PLACES},
        "left_after_erase": len(set().union(*after.values())),
        **{f"left_in_{place}": len(found) for place, found in after.items()},
        "left_by_cascade": len(cascade),
        "others_left": len(others),
        "spend_change": _plain(change),
    }
    rows = [
        [place, str(len(before[place])), str(len(after[place]))]
        for place in ("tables", "valkey", "files", "logs")
    ]
    return Report(
        figures=figures,
        goals=GOALS,
        columns=["where", "values before", "values after"],
        rows=rows,
        notes=[
            f"Deleting the visitor's rows alone leaves {len(cascade)} of {len(VALUES)} values.",
            "Backups, and the pages of PostgreSQL until VACUUM, are not looked at.",
        ],
    )


def _refuse_unfound(before: Found) -> None:
    """A search that finds nothing before the erasure would prove nothing after it."""
    for place in PLACES:
        if not before[place]:
            raise CannotMeasure(f"No value was found in {place} before the erasure.")


def _left_by_cascade(talk: Conversation, logs: Path) -> set[str]:
    """The values that stand in tables where only the rows are deleted; undone at once."""
    with transaction.atomic():
        Visitor.objects.get(pk=talk.visitor_id).delete()
        left = places_with(VALUES, logs)["tables"]
        transaction.set_rollback(True)
    return left


def _spent() -> Decimal:
    """The ledger's sum; it and the rollups' are the same, or there is nothing to compare."""
    rollups.fold()
    ledger = LedgerEntry.objects.aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    days = SpendDay.objects.filter(zone="UTC").aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    if ledger != days:
        raise CannotMeasure(f"The ledger holds {ledger}, its rollups {days}.")
    return ledger


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f") if amount else "0"
