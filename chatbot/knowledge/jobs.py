"""Take documents in, in the background: files that were uploaded, pages that are fetched."""

import datetime
import hashlib
import logging
import time
from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.utils import timezone

from chatbot.knowledge.fetching import Fetched, FetchFailed, fetch
from chatbot.knowledge.ingest import CUT_VERSION, cut
from chatbot.knowledge.passages import plain_lines
from chatbot.knowledge.readers import Reading, Unreadable, read
from chatbot.knowledge.search import forget
from chatbot.knowledge.sitemaps import MOST_PAGES, allowed, is_sitemap, listed
from chatbot.models import Document, Job, JobItem, Source
from conversations.models import Tenant

logger = logging.getLogger(__name__)

State = JobItem.State

TRIES = 3
# So many at a time in the whole deployment: replies share the workers' processors.
AT_ONCE = 2
# Longer than any file or page may take, so nobody else takes it meanwhile.
HELD_SECONDS = 150
CLAIM = """
UPDATE chatbot_jobitem AS mine
   SET tries = tries + 1,
       taken_until = statement_timestamp() + %(held)s * interval '1 second'
 WHERE mine.id IN (
   SELECT id FROM chatbot_jobitem
    WHERE state = 'waiting' AND coalesce(taken_until, '-infinity') < statement_timestamp()
      AND (SELECT count(*) FROM chatbot_jobitem
            WHERE state = 'waiting' AND taken_until > statement_timestamp()) < %(at_once)s
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
 )
RETURNING mine.id
"""


@transaction.atomic
def take_files(
    tenant: Tenant, files: Iterable[tuple[str, bytes]], *, language: str, by: User | None
) -> Job:
    """The files wait to be taken in; each becomes, or replaces, a document."""
    given = list(files)
    what = given[0][0] if len(given) == 1 else f"{len(given)} files"
    job = Job.objects.create(tenant=tenant, what=what[:500], language=language, asked_by=by)
    JobItem.objects.bulk_create(
        JobItem(tenant=tenant, job=job, name=name[:500], content=content) for name, content in given
    )
    return job


@transaction.atomic
def fetch_source(source: Source, *, by: User | None = None) -> Job:
    """The source waits to be fetched; a fetch that is under way is the one that is returned."""
    Source.objects.select_for_update().get(pk=source.pk)
    running = source.jobs.filter(ended_at=None).first()
    if running:
        return running
    job = Job.objects.create(
        tenant_id=source.tenant_id,
        source=source,
        what=source.url,
        language=source.language,
        asked_by=by,
    )
    JobItem.objects.create(tenant_id=source.tenant_id, job=job, name=source.url, is_url=True)
    _plan(source)
    return job


def fetch_due() -> int:
    """Every source that is to be fetched again by now waits for it; returns how many."""
    due = list(Source.objects.filter(next_at__lte=Now()).order_by("next_at")[:20])
    for source in due:
        fetch_source(source)
    return len(due)


def work(seconds: float) -> int:
    """Items have been worked on for so long, or until none waited; returns how many.

    Several may do so at once, `AT_ONCE` of them get something to do. What a
    worker that died was at is begun anew once it is not held any more.
    """
    deadline, done = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, {"held": HELD_SECONDS, "at_once": AT_ONCE})
            row = cursor.fetchone()
        if row is None:
            break
        item = JobItem.objects.select_related("job__source", "job__tenant").get(pk=row[0])
        _work_on(item)
        _end_if_done(item.job)
        done += 1
    return done


def progress(job: Job) -> dict[str, int]:
    """How many items of the job are in which state, and in all."""
    return job.items.aggregate(
        all=Count("pk"),
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        done=Count("pk", filter=Q(state=State.DONE)),
        unchanged=Count("pk", filter=Q(state=State.UNCHANGED)),
        failed=Count("pk", filter=Q(state=State.FAILED)),
    )


def _work_on(item: JobItem) -> None:
    """The item has ended, as failed with a reason where it could not be taken in."""
    if item.tries > TRIES:
        _end(
            item, State.FAILED, f"It was begun {TRIES} times and never ended; it may be too large."
        )
        return
    try:
        if item.is_url:
            _take_page(item)
        else:
            _take_file(item)
    except (Unreadable, FetchFailed) as reason:
        _end(item, State.FAILED, str(reason))
    except Exception:
        logger.exception("%s of job %s could not be taken in", item, item.job_id)
        _end(item, State.FAILED, "Something went wrong here; the worker's log says what.")


def _take_file(item: JobItem) -> None:
    content = bytes(item.content or b"")
    found = read(content, item.name)
    with transaction.atomic():
        document = Document.objects.filter(tenant=item.tenant_id, title=found.title).first()
        document = document or Document(tenant_id=item.tenant_id, title=found.title)
        document.fetched_hash = hashlib.sha256(content).hexdigest()
        _store(document, found, item.job)
        _end(item, State.DONE, document=document)


def _take_page(item: JobItem) -> None:
    """The page is a document, or as it was; a sitemap's pages are items of their own."""
    job = item.job
    document = Document.objects.filter(tenant=item.tenant_id, url=item.name).first()
    known = document is not None and document.cut_with == CUT_VERSION
    if not allowed(item.name):
        raise FetchFailed(
            "The site's robots.txt asks machines to leave this page alone. If it is yours, allow "
            "the agent Counterfoil there."
        )
    try:
        page = fetch(item.name, document.etag if document and known else "")
    except FetchFailed as reason:
        if reason.gone and document and document.source_id == job.source_id:
            document.delete()
            _end(item, State.DONE, note="The page is gone, and so is its document.")
            return
        raise
    if page.unchanged:
        _end(item, State.UNCHANGED, document=document)
    elif job.source and job.source.kind == Source.Kind.SITEMAP and is_sitemap(page.content):
        _list_pages(item, page)
    else:
        _take_content(item, page, document, known=known)


def _take_content(item: JobItem, page: Fetched, document: Document | None, *, known: bool) -> None:
    digest = hashlib.sha256(page.content).hexdigest()
    if document and known and document.fetched_hash == digest:
        Document.objects.filter(pk=document.pk).update(etag=page.etag)
        _end(item, State.UNCHANGED, document=document)
        return
    found = read(page.content, item.name, url=page.url, charset=page.charset)
    with transaction.atomic():
        if document is None:
            document = Document(tenant_id=item.tenant_id, url=item.name)
            document.title = _free_title(item, found.title)
        document.source = item.job.source
        document.fetched_hash, document.etag = digest, page.etag
        _store(document, found, item.job)
        _end(item, State.DONE, document=document)


def _list_pages(item: JobItem, page: Fetched) -> None:
    pages = [one for one in listed(page.content, page.url) if one != item.name]
    room = max(0, MOST_PAGES - item.job.items.count())
    if not pages:
        raise Unreadable("The sitemap lists no page of its own site.")
    with transaction.atomic():
        JobItem.objects.bulk_create(
            (
                JobItem(tenant_id=item.tenant_id, job=item.job, name=one, is_url=True)
                for one in pages[:room]
            ),
            ignore_conflicts=True,
            batch_size=1000,
        )
        left_out = f" {len(pages) - room:,} more are too many." if len(pages) > room else ""
        _end(item, State.DONE, note=f"It lists {len(pages):,} pages.{left_out}")


def _store(document: Document, found: Reading, job: Job) -> None:
    """The document says what was read; its passages change in the caller's transaction."""
    document.text = plain_lines(found.text)
    document.kind = Document.Kind.ANSWERS if found.is_answers else Document.Kind.ARTICLE
    document.language = found.language.lower() or job.language
    document.save()
    cut(document)
    forget(job.tenant)


def _free_title(item: JobItem, title: str) -> str:
    """The title, with the page's address where another document has it already."""
    taken = Document.objects.filter(tenant=item.tenant_id, title=title).exists()
    return f"{title[:140]} ({item.name[-150:]})" if taken else title


def _end(
    item: JobItem,
    state: str,
    problem: str = "",
    *,
    document: Document | None = None,
    note: str = "",
) -> None:
    JobItem.objects.filter(pk=item.pk, state=State.WAITING).update(
        state=state, problem=problem, note=note, document=document, content=None, taken_until=None
    )


def _end_if_done(job: Job) -> None:
    """The job has ended with its last item; pages that a sitemap lists no more are gone with it."""
    with transaction.atomic():
        Job.objects.select_for_update().get(pk=job.pk)
        if job.items.filter(state=State.WAITING).exists():
            return
        if not Job.objects.filter(pk=job.pk, ended_at=None).update(ended_at=Now()):
            return
        if job.source:
            _drop_unlisted(job, job.source)


def _drop_unlisted(job: Job, source: Source) -> None:
    """A list that was not got may have named any page, so then all of them stay."""
    if source.kind != Source.Kind.SITEMAP or job.items.count() < 2:
        return
    pages = source.documents.values("url")
    if not job.items.filter(state=State.FAILED).exclude(name__in=pages).exists():
        source.documents.exclude(url__in=job.items.values("name")).delete()


def _plan(source: Source) -> None:
    again = timezone.now() + datetime.timedelta(hours=source.every) if source.every else None
    Source.objects.filter(pk=source.pk).update(next_at=again)
