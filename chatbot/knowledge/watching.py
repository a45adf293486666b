"""How far jobs are, as pages show it."""

from django.contrib.auth.models import User
from django.db.models import Case, Count, Q, QuerySet, When

from chatbot.models import Job, JobItem

State = JobItem.State
SHOWN_ITEMS = 200


def with_progress(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Each job with how many of its items ended, failed, and are there in all."""
    return jobs.select_related("tenant", "asked_by").annotate(
        all_items=Count("items"),
        ended_items=Count("items", filter=~Q(items__state=State.WAITING)),
        failed_items=Count("items", filter=Q(items__state=State.FAILED)),
    )


def items_of(job: Job) -> list[JobItem]:
    """The job's items, those that failed first, then what waits; not all of a great many."""
    order = Case(When(state=State.FAILED, then=0), When(state=State.WAITING, then=1), default=2)
    return list(
        job.items.defer("content").select_related("document").order_by(order, "pk")[:SHOWN_ITEMS]
    )


def name_of(user: User | None) -> str:
    """Who asked for it; the timetable where nobody did."""
    return (user.get_full_name() or user.get_username()) if user else "The timetable"
