"""Have librarians take in a site, kill them in the middle, and have others go on."""

import os
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum

from chatbot.bench.frame import CannotMeasure, Say
from chatbot.bench.knowledge.site import pages, serve
from chatbot.knowledge.embeddings import place_passages
from chatbot.knowledge.jobs import AT_ONCE, fetch_source, progress
from chatbot.models import Document, Job, JobItem, Passage, Source
from conversations.models import Tenant

LONGEST_SECONDS = 900
ENOUGH_PLACED = 2_000


class Librarians:
    """As many processes as may work at once; used as a context, they are gone after."""

    def __init__(self, inside: str) -> None:
        self._environment = os.environ | {"FETCH_INSIDE": inside}
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "Librarians":
        command = [sys.executable, "-m", "chatbot.bench.knowledge.librarian"]
        for _ in range(AT_ONCE):
            self._processes.append(
                subprocess.Popen(command, env=self._environment)  # noqa: S603 - our own module
            )
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Without warning, in the middle of whatever they do."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            process.wait()

    def work_until(self, job: Job, ended: int) -> tuple[int, float]:
        """How many items ended, and in how many seconds, until so many of the job had.

        Counted from the first that ended here: before it, Python starts.
        """
        start = before = _ended(job)
        begun, deadline = 0.0, time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            done = _ended(job)
            if not begun and done > before:
                begun, start = time.monotonic(), done
            if done >= ended:
                return done - start, time.monotonic() - begun
            if all(process.poll() is not None for process in self._processes):
                raise CannotMeasure("The librarians ended early; their error stands above.")
            time.sleep(0.02)
        raise CannotMeasure(f"{ended} pages did not come in within {LONGEST_SECONDS} s.")


def _ended(job: Job) -> int:
    told = progress(job)
    return told["all"] - told["waiting"]


def take_in(tenant: Tenant, number: int, say: Say) -> dict[str, Any]:
    """`pages_a_minute` of a site of so many pages, and whether all came in despite a kill.

    What the dead were at is set free at once: the time
    that is waited for it otherwise is fixed, and no measure of anything.
    """
    say(f"{number} pages are written")
    site = pages(number)
    with serve(site) as host:
        settings.FETCH_INSIDE = [host]
        source = Source.objects.create(
            tenant=tenant, kind=Source.Kind.SITEMAP, url=f"http://{host}/sitemap.xml"
        )
        job = fetch_source(source)
        half = 1 + number // 2
        say(f"{AT_ONCE} librarians take them in, and are killed in the middle")
        with Librarians(host) as first:
            made, seconds = first.work_until(job, half)
        before = progress(job)
        kept = set(job.items.exclude(state=JobItem.State.WAITING).values_list("pk", "tries"))
        held = job.items.filter(state=JobItem.State.WAITING, tries__gt=0)
        held.update(taken_until=None)
        say("others go on")
        with Librarians(host) as second:
            more, longer = second.work_until(job, number + 1)
    return {
        "pages": number,
        "pages_a_minute": round(60 * (made + more) / (seconds + longer)),
        "done_before_the_kill": before["done"],
        "resumed": _is_whole(tenant, job, number, kept),
        **_place(tenant, say),
    }


def _is_whole(tenant: Tenant, job: Job, number: int, kept: set[tuple[int, int]]) -> bool:
    """Every page is one document with passages, and what had ended was not begun again."""
    documents = Document.objects.filter(tenant=tenant, source__isnull=False)
    whole = documents.annotate(cut=Count("passages")).filter(cut__gt=0).count()
    tries = job.items.aggregate(all=Sum("tries"))["all"] or 0
    again = kept - set(job.items.values_list("pk", "tries"))
    return (
        whole == documents.count() == documents.values("url").distinct().count() == number
        and progress(job)["failed"] == 0
        and not again
        and tries <= number + 1 + AT_ONCE
    )


def _place(tenant: Tenant, say: Say) -> dict[str, int]:
    """How many passages a minute are placed by the model that comes with the product.

    Enough of them to tell; the others are gone after.
    """
    say("their passages are placed")
    passages = Passage.objects.filter(tenant=tenant).count()
    placed, begun = 0, time.monotonic()
    while placed < ENOUGH_PLACED and (some := place_passages()):
        placed += some
    seconds = time.monotonic() - begun
    Passage.objects.filter(tenant=tenant, place=None).delete()
    return {"passages": passages, "passages_placed_a_minute": round(60 * placed / seconds)}
