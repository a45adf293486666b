"""`bench desk`: a million conversations listed, filtered, searched, and a long one read."""

import datetime
import http.client
import itertools
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.utils import timezone

from chatbot.bench.clocks import percentile
from chatbot.bench.company import refuse_company
from chatbot.bench.desk.fill import VOCABULARY, fill
from chatbot.bench.desk.long_talk import TURNS, make_long_talk
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.stack import Stack

ROWS, QUICK_ROWS = 1_000_000, 20_000
LIST = "/admin/conversations/conversation/"
MOST_MS = 300
ILIKE = """
SELECT id FROM conversations_conversation AS talk
 WHERE tenant_id = %s AND EXISTS (SELECT FROM conversations_message AS said
        WHERE said.conversation_id = talk.id AND said.text ILIKE %s)
 ORDER BY updated_at DESC LIMIT 50
"""


def desk(options: Options, say: Say) -> Report:
    """How long each page takes over HTTP, from the request to its last byte."""
    refuse_company()
    rows = options.conversations or (QUICK_ROWS if options.quick else ROWS)
    times = 20 if options.quick else 60
    chance = random.Random(options.seed)  # noqa: S311 - which words are searched
    say(f"filling the desk with {rows:,} conversations")
    began = time.monotonic()
    filled = fill(rows, say)
    talk = make_long_talk(filled.tenant)
    fill_s = time.monotonic() - began
    wanted = {
        "list": [LIST, f"{LIST}?p=2", f"{LIST}?p=20", f"{LIST}?o=7"],
        "filter": [f"{LIST}?{query}" for query in FILTERS] + [f"{LIST}?{_days(chance)}"],
        "search": [f"{LIST}?q={quote(words)}" for words in _searches(chance)],
        "transcript": [f"{LIST}{talk.pk}/change/", f"{LIST}{talk.pk}/change/?before=201"],
    }
    with Stack(say=say) as stack, _reader(stack, filled.manager) as read:
        waits: dict[str, list[float]] = {}
        for name, pages in wanted.items():
            say(f"reading: {name}")
            for page in pages:
                read(page)
            turns = itertools.islice(itertools.cycle(pages), max(times, 3 * len(pages)))
            waits[name] = [read(page) for page in turns]
        slowest = {name: _slowest(read, pages) for name, pages in wanted.items()}
    say("the same search without an index, once")
    control = _by_hand(filled.tenant.pk)
    figures = {f"{name}_p95_ms": round(percentile(some, 0.95), 1) for name, some in waits.items()}
    figures |= {f"{name}_p50_ms": round(percentile(some, 0.5), 1) for name, some in waits.items()}
    figures |= {
        "conversations": rows,
        "turns": TURNS,
        "fill_s": round(fill_s),
        "control_ilike_ms": round(control, 1),
    }
    return Report(
        figures=figures,
        goals=[Goal(f"{name}_p95_ms", "<=", MOST_MS) for name in wanted],
        columns=["page", "p50 ms", "p95 ms", "the slowest of them"],
        rows=[
            [name, str(figures[f"{name}_p50_ms"]), str(figures[f"{name}_p95_ms"]), slowest[name]]
            for name in wanted
        ],
        notes=[
            f"{rows:,} conversations, nine of ten of one tenant; a transcript of {TURNS} turns.",
            f"One word by ILIKE, which the index replaces: {control:,.0f} ms.",
        ],
    )


# From every second row to one of ten thousand, alone and together.
FILTERS = (
    "state__exact=waiting",
    "state__exact=bot",
    "mark=blocked",
    "mark=unanswered",
    "model=gpt-6-sol",
    "persona=assistant+v3",
    "slow=30",
    "cost=1",
    "mark=blocked&persona=assistant+v9",
    "state__exact=closed&mark=unanswered&language=en",
    "mark=no_source",
    "live=now",
)


def _searches(chance: random.Random) -> list[str]:
    """Frequent words, rare ones, both, Chinese, the beginning of a word, and none at all."""
    rare = [f"word{chance.randrange(VOCABULARY // 2, VOCABULARY)}" for _ in range(4)]
    return [
        "word0",
        "word1 word2",
        *rare,
        f"word0 {rare[0]}",
        f"{rare[0]} {rare[1]}",
        "word499",
        "退货",
        "发票 word3",
        "nobodysaidthis",
    ]


def _days(chance: random.Random) -> str:
    first = timezone.localdate() - datetime.timedelta(days=chance.randrange(60, 300))
    last = first + datetime.timedelta(days=6)
    return f"updated_at_from={first}&updated_at_to={last}&mark=blocked"


@contextmanager
def _reader(stack: Stack, user: str) -> Iterator["Reader"]:
    client = Client()
    client.force_login(get_user_model().objects.get(username=user))
    name = settings.SESSION_COOKIE_NAME
    line = http.client.HTTPConnection(urlsplit(stack.url).netloc, timeout=60)
    try:
        yield Reader(line, f"{name}={client.cookies[name].value}")
    finally:
        line.close()


class Reader:
    """Somebody signed in; called with a page, it takes so many milliseconds."""

    def __init__(self, line: http.client.HTTPConnection, cookie: str) -> None:
        self._line = line
        self._cookie = cookie

    def __call__(self, page: str) -> float:
        """Milliseconds to the last byte; CannotMeasure where it is no whole page."""
        began = time.perf_counter()
        self._line.request("GET", page, headers={"Cookie": self._cookie})
        answer = self._line.getresponse()
        text = answer.read()
        if answer.status != 200 or b"</html>" not in text:
            raise CannotMeasure(f"{page} answered {answer.status}.")
        return 1000 * (time.perf_counter() - began)


def _slowest(read: Reader, pages: list[str]) -> str:
    took, page = max((read(page), page) for page in pages)
    return f"{took:.0f} ms: {page.removeprefix(LIST) or 'the list'}"


def _by_hand(tenant: int) -> float:
    """Milliseconds of a rare word's search as one writes it first; at most ten seconds."""
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 10000")
        try:
            cursor.execute(ILIKE, [tenant, "%nobodysaidthis%"])
        except Exception as error:  # the figure says it: ten seconds
            if "timeout" not in str(error):
                raise
        cursor.execute("SET statement_timeout = 0")
    return 1000 * (time.perf_counter() - began)
