"""Fill a desk with conversations: their words as lopsided as a language's, their facets rare."""

# ruff: noqa: S608 - statements are put together from the constants of this file

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from chatbot.bench.reports.fill import unchecked
from chatbot.models import InboxMark
from conversations.models import Membership, Tenant

DAYS = 400
SMALL_TENANTS = 10
CHUNK = 50_000
LOADERS = 2
VOCABULARY = 5000
WORDS_A_MESSAGE = 10
CHINESE = "退货换发票运费保修尺码优惠"

# Conversation n: nine of ten are the large tenant's. `dice` decides what is rare about it.
TALK = f"""
  SELECT n, CASE WHEN n %% 10 < 9 THEN 0 ELSE 1 + n / 10 %% {SMALL_TENANTS} END AS place,
         %(start)s::timestamptz
           + (%(end)s::timestamptz - %(start)s) * (n / %(rows)s::float) AS at,
         n * 611953 %% 10000 AS dice
    FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS n
"""
TENANT = "(%(tenants)s::bigint[])[place + 1]"
MODEL = "CASE WHEN dice < 20 THEN 'gpt-6-sol' ELSE 'gpt-6-luna' END"
PERSONA = "'Assistant v' || 1 + n * 10 / %(rows)s::bigint"
# Of a vocabulary of five thousand, the first words far more often than the last.
SAID = f"""
  SELECT talk.*, (
    SELECT string_agg('word' || floor(power((hashint8(n * 64 + {{part}} * 32 + k) & 65535)
                                            / 65536.0, 4) * {VOCABULARY})::int, ' ')
      FROM generate_series(1, {WORDS_A_MESSAGE}) AS k
  ) || CASE WHEN dice %% 20 = 0
            THEN ' ' || substr('{CHINESE}', 1 + (n %% 11)::int, 2) ELSE '' END AS text
    FROM ({TALK}) AS talk
"""
STATEMENTS = [
    f"""
    INSERT INTO conversations_visitor
           (id, tenant_id, public_id, name, external_id, email, wants_mail, answers, created_at)
    SELECT n, {TENANT}, gen_random_uuid(), '', '', '', false, '{{}}', at FROM ({TALK}) AS talk
    """,
    f"""
    INSERT INTO conversations_conversation
           (id, tenant_id, visitor_id, public_id, state, last_seq, created_at, updated_at)
    SELECT n, {TENANT}, n, gen_random_uuid(),
           CASE WHEN dice < 5 THEN 'waiting' WHEN dice < 9 THEN 'staff'
                WHEN dice < 5000 THEN 'closed' ELSE 'bot' END,
           2, at - interval '3 minutes', at
      FROM ({TALK}) AS talk
    """,
    f"""
    INSERT INTO conversations_message
           (id, tenant_id, conversation_id, public_id, seq, role, text, citations, replaced,
            created_at)
    SELECT 2 * n + 1, {TENANT}, n, gen_random_uuid(), 1, 'visitor', text, '[]'::jsonb, false, at
      FROM ({SAID.format(part=0)}) AS said
     UNION ALL
    SELECT 2 * n + 2, {TENANT}, n, gen_random_uuid(), 2, 'assistant', text, '[]'::jsonb, false, at
      FROM ({SAID.format(part=1)}) AS said
    """,
    f"""
    INSERT INTO conversations_generation
           (id, tenant_id, conversation_id, question_id, reply_id, public_id, state, claim, text,
            model, persona_label, finish_reason, failure, failure_detail, queued_at, claimed_at,
            first_token_at, finished_at)
    SELECT n + 1, {TENANT}, n, 2 * n + 1, 2 * n + 2, gen_random_uuid(), 'done', 1, '', {MODEL},
           {PERSONA}, 'stop', '', '', at - interval '2 s', at - interval '2 s',
           at - interval '1 s', at
      FROM ({TALK}) AS talk
    """,
    f"""
    INSERT INTO chatbot_inboxrow (conversation_id, tenant_id, as_of, words, marks, slowest_ms)
    SELECT one.n, {TENANT.replace("place", "one.place")}, one.at,
           array_to_tsvector(
             ARRAY(SELECT DISTINCT word
                     FROM unnest(string_to_array(one.text || ' ' || two.text, ' ')) AS word)
             || CASE WHEN one.dice < 200 THEN ARRAY['mark:blocked', 'mark:review', 'check:words',
                                                   'verdict:blocked'] ELSE '{{}}' END
             || CASE WHEN one.dice %% 50 = 7 THEN ARRAY['mark:unanswered'] ELSE '{{}}' END
             || CASE WHEN one.dice < 3 THEN ARRAY['slow:30', 'slow:10', 'slow:5'] ELSE '{{}}' END
             || CASE WHEN one.dice < 2 THEN ARRAY['cost:1', 'cost:0.1'] ELSE '{{}}' END
             || ARRAY['language:en', 'model:' || {MODEL.replace("dice", "one.dice")},
                      'persona:assistant_v' || 1 + one.n * 10 / %(rows)s::bigint]),
           CASE WHEN one.dice < 200 THEN ARRAY['blocked', 'review'] ELSE '{{}}' END, 2000
      FROM ({SAID.format(part=0)}) AS one JOIN ({SAID.format(part=1)}) AS two USING (n)
    """,
]
SEQUENCES = ("visitor", "conversation", "message", "generation")


@dataclass(frozen=True)
class Desk:
    """The tenant with nine of ten conversations, and its manager's name."""

    tenant: Tenant
    manager: str


def fill(rows: int, say: Callable[[str], None]) -> Desk:
    """So many conversations of the last 400 days are there, and PostgreSQL knows how they lie."""
    desk, tenants = _people()
    now = timezone.now()
    values: dict[str, Any] = {
        "tenants": [tenant.pk for tenant in tenants],
        "start": now - datetime.timedelta(days=DAYS),
        "end": now - datetime.timedelta(minutes=1),
        "rows": rows,
    }
    done, lock = 0, threading.Lock()

    def load(low: int) -> None:
        nonlocal done
        high = min(low + CHUNK, rows) - 1
        with unchecked() as line:
            for statement in STATEMENTS:
                line.execute(statement, values | {"low": low, "high": high})
        with lock:
            done += high - low + 1
            say(f"{done:,} of {rows:,} conversations")

    loaders = ThreadPoolExecutor(LOADERS)
    try:
        list(loaders.map(load, range(0, rows, CHUNK)))
    finally:
        loaders.shutdown(cancel_futures=True)  # a bench that is ended ends with the chunk at hand
    say("vacuuming")
    with unchecked() as line:
        for name in SEQUENCES:
            table = f"conversations_{name}"
            line.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        line.execute("VACUUM (ANALYZE)")
    InboxMark.objects.update_or_create(pk=1, defaults={"at": now, "newest": rows})
    return desk


def _people() -> tuple[Desk, list[Tenant]]:
    tenants = [
        Tenant.objects.create(name=f"Tenant {n}", slug=f"tenant-{n}")
        for n in range(SMALL_TENANTS + 1)
    ]
    manager = get_user_model().objects.create_user("manager", is_staff=True)
    Membership.objects.create(tenant=tenants[0], user=manager, role=Membership.Role.MANAGER)
    return Desk(tenants[0], manager.username), tenants
