"""`bench inputs`: tens of thousands of inputs, most of them wrong, by every way in.

HTTP, socket, visitors' files and staff's imports, against the running
product. Judged are the answers, the logs, and the tables: whatever was
acknowledged must be there as it was sent.
"""

import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connections

from billing.services.prices import load_seed
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.hardening.run import operator_cookie
from chatbot.bench.inputs.making import Maker
from chatbot.bench.inputs.sending import Hand
from chatbot.bench.stack import Stack
from chatbot.models import Job, JobItem
from conversations.access import session_with_token
from conversations.models import Conversation, Message, SentFile, Tenant, WidgetSettings
from conversations.services.messages import cleaned
from conversations.services.refusals import Refused
from conversations.services.sessions import conversation_of

HANDS = 4
# Of every hundred inputs; the limit of files of one visitor is twenty.
SHARES = {"http": 40, "socket": 45, "upload": 9, "import": 6}
FILES_OF_ONE, TOGETHER = 20, 15
ENOUGH, ENOUGH_QUICKLY = 20_000, 1500
WORKED_OFF_SECONDS = 120
BROKE = "Traceback (most recent call last)"


def goals(quick: bool) -> list[Goal]:
    """The figures that must hold; in quick runs of fewer inputs."""
    return [
        Goal("inputs", ">=", ENOUGH_QUICKLY if quick else ENOUGH),
        *(Goal(name, "==", 0) for name in ("server_errors", "tracebacks", "lost")),
    ]


def inputs(options: Options, say: Say) -> Report:
    """How many inputs of each way were answered how, and what broke or got lost."""
    refuse_company()
    load_seed()
    enough = int((ENOUGH_QUICKLY if options.quick else ENOUGH) * 1.02)
    with Stack(environment={"UPLOAD_DAY_MB": "100000"}, say=say) as stack:
        tenant = Tenant.objects.create(name="Bench", slug=f"bench-{secrets.token_hex(4)}")
        WidgetSettings.objects.update_or_create(
            tenant=tenant, defaults={"takes_files": True, "mail_capture": True}
        )
        token = secrets.token_hex(16)
        cookie = f"{operator_cookie()}; csrftoken={token}"
        tallies: dict[str, list[Any]] = {}
        with ThreadPoolExecutor(HANDS) as hands:
            for way, share in SHARES.items():
                say(f"{enough * share // 100} inputs by {way}")
                each = -(-enough * share // 100 // HANDS)
                work = [
                    hands.submit(_work, stack, tenant, way, each, options.seed + number, cookie)
                    for number in range(HANDS)
                ]
                tallies[way] = [tally for done in work for tally in done.result()]
        say("waiting for the worker")
        _wait_for_jobs()
        lost = _lost(tallies)
        broke = [name for name in stack.processes for _ in range(stack.said(name).count(BROKE))]
    figures: dict[str, Any] = {"inputs": 0}
    rows, errors = [], []
    for way, some in tallies.items():
        answers: Counter[str] = sum((one.answers for one in some), Counter())
        sent = sum(one.sent for one in some)
        figures["inputs"] += sent
        figures[f"inputs_{way}"] = sent
        errors += [error for one in some for error in one.errors]
        often = ", ".join(f"{name}: {count}" for name, count in answers.most_common(8))
        taken = sum(len(one.taken) for one in some)
        rows.append([way, str(sent), str(taken), often])
    figures |= {
        "acknowledged": sum(len(one.taken) for some in tallies.values() for one in some),
        "unanswered": sum(one.unanswered for some in tallies.values() for one in some),
        "server_errors": len(errors),
        "tracebacks": len(broke),
        "lost": len(lost),
    }
    notes = [*errors[:20], *lost[:20], *(f"{name} broke" for name in broke[:5])]
    columns = ["way", "inputs", "acknowledged", "answers"]
    return Report(figures, goals(options.quick), columns, rows, notes)


def _work(stack: Stack, tenant: Tenant, way: str, number: int, seed: int, cookie: str) -> list[Any]:
    """One hand's part; uploads change the visitor now and then."""
    maker = Maker(seed * 10 + list(SHARES).index(way))
    tallies = []
    left = number
    try:
        while left > 0:
            part = min(left, FILES_OF_ONE) if way == "upload" else left
            session = stack.open_session(tenant.public_key) | {"key": tenant.public_key}
            _with_a_person(session["token"])
            hand = Hand(stack, session, maker, cookie if way == "import" else "")
            match way:
                case "http":
                    hand.by_http(part)
                case "socket":
                    hand.by_socket(part)
                case "upload":
                    hand.by_upload(part)
                case _:
                    hand.by_import(part, tenant.pk, cookie.rpartition("=")[2], TOGETHER)
            tallies.append(hand.tally)
            left -= part
    finally:
        connections.close_all()
    return tallies


def _with_a_person(token: str) -> None:
    """No model is asked: what is said waits for a person."""
    session = session_with_token(token)
    if session is None:
        raise CannotMeasure("A session that was opened is not there.")
    talk = conversation_of(session)
    Conversation.objects.filter(pk=talk.pk).update(state=Conversation.State.STAFF)


def _kept(text: str) -> str:
    """What is stored of a text; nothing of one that should have been refused."""
    try:
        return cleaned(text)
    except Refused:
        return ""


def _wait_for_jobs() -> None:
    deadline = time.monotonic() + WORKED_OFF_SECONDS
    while Job.objects.filter(ended_at=None).exists() and time.monotonic() < deadline:
        time.sleep(0.5)


def _lost(tallies: dict[str, list[Any]]) -> list[str]:
    """What was acknowledged and is not there as it was sent."""
    lost = []
    for way in ("http", "socket"):
        said = {asked: text for one in tallies[way] for asked, text in one.taken.items()}
        kept = dict(Message.objects.filter(client_id__in=said).values_list("client_id", "text"))
        there = {str(asked): text for asked, text in kept.items()}
        lost += [f"message {one}" for one, text in said.items() if there.get(one) != _kept(text)]
    for one in tallies["upload"]:
        for asked, content in one.taken.items():
            file = SentFile.objects.filter(public_id=asked).first()
            if file is None or bytes(file.content) != content:
                lost.append(f"file {asked}")
    imported = sum(count for one in tallies["import"] for count in one.taken.values())
    ended = JobItem.objects.exclude(state=JobItem.State.WAITING).count()
    return lost + [f"imported file {number}" for number in range(imported - ended)]
