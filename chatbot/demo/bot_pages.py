"""What the pages about the bot show in the demo: what it did not know, what was hidden, files."""

import datetime
from collections.abc import Sequence

from django.contrib.auth.models import User
from django.utils import timezone

from chatbot.engine.guarding import note as note_verdicts
from chatbot.guardrails.screen import Finding
from chatbot.knowledge.readers import Unreadable, read
from chatbot.knowledge.unanswered import group_new, unanswered
from chatbot.models import Document, Job, JobItem, Source, UnansweredQuestion, Verdict
from conversations.models import Generation, Tenant

FALSE_ALARM = "shut up"


def show_bot(tenant: Tenant, found: Sequence[tuple[Generation, list[Finding]]]) -> None:
    """Unanswered questions in groups, verdicts with a false alarm, a source, and a job.

    `found` are the generations, which are saved, with what the guardrails found.
    """
    for generation, findings in found:
        note_verdicts(generation, findings)
        Verdict.objects.filter(generation=generation).update(created_at=generation.queued_at)
        reply = generation.reply
        for question in unanswered(generation, reply.citations) if reply else []:
            question.save()
            UnansweredQuestion.objects.filter(pk=question.pk).update(asked_at=generation.queued_at)
    group_new()
    Verdict.objects.filter(tenant=tenant, ground=FALSE_ALARM).update(
        false_alarm_at=timezone.now(), false_alarm_by=_someone("cleo")
    )
    Source.objects.create(tenant=tenant, url="https://acme-outdoor.example/help")
    _take_files_in(tenant)


def _take_files_in(tenant: Tenant) -> None:
    """A job of two files: one came in, one could not, and says why."""
    yesterday = timezone.now() - datetime.timedelta(days=1)
    job = Job.objects.create(
        tenant=tenant, what="2 files", asked_by=_someone("ben"), ended_at=yesterday
    )
    Job.objects.filter(pk=job.pk).update(asked_at=yesterday)
    contact = Document.objects.filter(tenant=tenant, url="/help/contact").first()
    made = {"tenant": tenant, "job": job, "tries": 1}
    JobItem.objects.create(**made, name="contact.md", state=JobItem.State.DONE, document=contact)
    JobItem.objects.create(
        **made, name="opening-hours.txt", state=JobItem.State.FAILED, problem=_why_not()
    )


def _why_not() -> str:
    """What a reader says of an empty file."""
    try:
        read(b"", "opening-hours.txt")
    except Unreadable as reason:
        return str(reason)
    return "The file is empty."


def _someone(name: str) -> User | None:
    return User.objects.filter(username=name).first()
