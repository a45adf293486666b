"""Celery's doors to the till; each opens one function and is harmless when doubled."""

from celery import shared_task

from billing.services import delivery, digest, partitions, proposals, rollups, watch


@shared_task
def fold_rollups() -> None:
    """What was committed is in the rollups that reports read."""
    rollups.fold()


@shared_task
def check_rollups() -> None:
    """The rollups equal the ledger; what differed is logged and repaired."""
    rollups.check()


@shared_task
def make_partitions() -> None:
    """The ledger has a partition for each month to come."""
    partitions.make_partitions()


@shared_task
def deliver_alerts() -> None:
    """Alerts that are due by mail or webhook have been tried."""
    delivery.deliver_due()


@shared_task
def send_digests() -> None:
    """Managers for whom it is Monday at seven, or the first, have been mailed what was spent."""
    digest.send_due()


@shared_task
def watch_spending() -> None:
    """What managers should know before they ask has been looked for."""
    watch.watch()


@shared_task
def propose_prices() -> None:
    """Published prices that are new here wait for the operator, who is told."""
    proposals.propose_published()
