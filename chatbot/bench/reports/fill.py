"""Fill the ledger with a year of lines, half of them one tenant's."""

# ruff: noqa: S608 - statements are put together from the constants of this file

import datetime
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal

import psycopg
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from billing.models import Price
from chatbot.bench.stack import database_url
from conversations.models import Membership, Tenant

DAYS = 400
# Only so many days back do lines have a conversation behind them: it takes four rows more for
# each line, and the page looks back two periods of thirty days.
DAYS_OF_TALK = 61
SMALL_TENANTS = 100
LINES_A_CONVERSATION = 4
# At these numbers every tenant begins a conversation.
WHOLE_TALKS = 2 * SMALL_TENANTS * LINES_A_CONVERSATION
CHUNK = 200_000
LOADERS = 2

# Line n of the ledger. Every second one is the large tenant's; the other hundred take turns.
LINE = """
  SELECT n, n %% 2 = 0 AS large,
         CASE WHEN n %% 2 = 0 THEN 0 ELSE 1 + n / 2 %% 100 END AS place,
         CASE WHEN n %% 2 = 0 THEN n / 2 ELSE n / 200 END AS nth,
         %(start)s::timestamptz + (%(end)s::timestamptz - %(start)s) * (n / %(rows)s::float) AS at,
         200 + n * 7919 %% 3800 AS input, n * 104729 %% 900 AS output, n * 611953 %% 100 AS dice
    FROM generate_series(%(low)s::bigint, %(high)s::bigint) AS n
"""
CONVERSATION_ID = f"place::bigint * 100000000 + nth / {LINES_A_CONVERSATION} + 1"
TALK = [
    f"""
    INSERT INTO conversations_visitor (id, tenant_id, public_id, name, created_at)
    SELECT {CONVERSATION_ID}, (%(tenants)s::bigint[])[place + 1], gen_random_uuid(), '', at
      FROM ({LINE}) AS line WHERE nth %% {LINES_A_CONVERSATION} = 0
    """,
    f"""
    INSERT INTO conversations_conversation
           (id, tenant_id, visitor_id, public_id, state, last_seq, created_at, updated_at)
    SELECT {CONVERSATION_ID}, (%(tenants)s::bigint[])[place + 1], {CONVERSATION_ID},
           gen_random_uuid(), 'closed', {2 * LINES_A_CONVERSATION}, at, at
      FROM ({LINE}) AS line WHERE nth %% {LINES_A_CONVERSATION} = 0
    """,
    f"""
    INSERT INTO conversations_outcome (tenant_id, conversation_id, kind, by, at, lasting)
    SELECT (%(tenants)s::bigint[])[place + 1], {CONVERSATION_ID}, 'assumed', 'rule', at,
           CASE WHEN at < statement_timestamp() - interval '7 days' THEN true END
      FROM ({LINE}) AS line WHERE nth %% {LINES_A_CONVERSATION} = 0
    """,
    f"""
    INSERT INTO conversations_message
           (id, tenant_id, conversation_id, public_id, seq, role, text, citations, replaced,
            created_at)
    SELECT n, (%(tenants)s::bigint[])[place + 1], {CONVERSATION_ID}, gen_random_uuid(),
           2 * (nth %% {LINES_A_CONVERSATION}) + 1, 'visitor', 'How long do returns take?', '[]',
           false, at
      FROM ({LINE}) AS line
    """,
    f"""
    INSERT INTO conversations_generation
           (id, tenant_id, conversation_id, question_id, public_id, state, claim, text, model,
            persona_label, finish_reason, failure, failure_detail, queued_at, claimed_at,
            first_token_at, finished_at)
    SELECT n, (%(tenants)s::bigint[])[place + 1], {CONVERSATION_ID}, n, gen_random_uuid(),
           CASE WHEN dice < 96 THEN 'done' ELSE 'failed' END, 1, 'Thirty days.',
           (%(models)s::text[])[dice %% 4 + 1], 'Assistant v' || extract(month FROM at), 'stop',
           CASE WHEN dice < 96 THEN '' ELSE 'timeout' END, '', at - interval '4 s',
           at - interval '4 s', at - interval '3 s', at
      FROM ({LINE}) AS line
    """,
]
# Attempts are left out: no report reads them, and they would double the time.
LEDGER = f"""
INSERT INTO billing_ledgerentry
       (kind, attempt_id, tenant_id, generation_id, purpose, model, persona_label, tier, price_id,
        at, input_tokens, cached_tokens, cache_write_tokens, output_tokens, reasoning_tokens,
        certainty, raw_usage, amount, outcome, request_id, reason, author)
SELECT 'call', lpad(to_hex(n), 32, '0')::uuid, (%(tenants)s::bigint[])[place + 1],
       CASE WHEN n >= %(first_talk)s THEN n END,
       CASE WHEN dice < 85 THEN 'reply' WHEN dice < 93 THEN 'embedding' ELSE 'summary' END,
       (%(models)s::text[])[dice %% 4 + 1], 'Assistant v' || extract(month FROM at), 'default',
       (%(prices)s::bigint[])[dice %% 4 + 1], at, input, input / 3, 0, output, output / 5,
       CASE WHEN dice < 98 THEN 'exact' WHEN dice < 99 THEN 'estimated' ELSE 'unknown' END,
       CASE WHEN dice < 98 THEN jsonb_build_object(
         'prompt_tokens', input, 'completion_tokens', output,
         'prompt_tokens_details', jsonb_build_object('cached_tokens', input / 3)) END,
       ((input - input / 3) * 0.15 + input / 3 * 0.075 + output * 0.6) / 1000000,
       CASE WHEN dice < 96 THEN 'stop' ELSE 'timeout' END, 'req_' || n, '', ''
  FROM ({LINE}) AS line
"""


@dataclass(frozen=True)
class Filled:
    """Who is in the ledger: the large tenant, its manager, all tenants, and the operator."""

    large: Tenant
    manager: str
    tenants: tuple[Tenant, ...]
    operator: str
    prices: tuple[Price, ...]
    rows: int


def fill(rows: int, say: Callable[[str], None]) -> Filled:
    """So many lines over the last 400 days are in the ledger, and PostgreSQL knows how they lie."""
    filled = _people(rows)
    now = timezone.now()
    first = now - datetime.timedelta(days=DAYS)
    talk_from = rows - rows * DAYS_OF_TALK // DAYS
    values = {
        "tenants": [tenant.pk for tenant in filled.tenants],
        "models": [price.model for price in filled.prices],
        "prices": [price.pk for price in filled.prices],
        "start": first,
        "end": now,
        "rows": rows,
        "first_talk": talk_from - talk_from % WHOLE_TALKS,
    }
    _make_partitions(first, now)
    chunks = [(low, min(low + CHUNK, rows) - 1) for low in range(0, rows, CHUNK)]
    done, lock = 0, threading.Lock()

    def load(chunk: tuple[int, int]) -> None:
        nonlocal done
        with unchecked() as line:
            _load(line, values | {"low": chunk[0], "high": chunk[1]})
        with lock:
            done += chunk[1] - chunk[0] + 1
            say(f"{done:,} of {rows:,} lines")

    loaders = ThreadPoolExecutor(LOADERS)
    try:
        list(loaders.map(load, chunks))
    finally:
        loaders.shutdown(cancel_futures=True)  # a bench that is ended ends with the chunk at hand
    say("vacuuming")
    with unchecked() as line:
        line.execute("VACUUM (ANALYZE)")
    return filled


def unchecked() -> psycopg.Connection:
    """A connection that looks up no foreign key, so that filling takes minutes and not an hour."""
    return psycopg.connect(
        database_url(), autocommit=True, options="-c session_replication_role=replica"
    )


def more(filled: Filled, lines: int) -> None:
    """So many further lines of the large tenant, of this moment, are committed."""
    now = timezone.now()
    values = {
        "tenants": [filled.large.pk] * (SMALL_TENANTS + 1),
        "models": [price.model for price in filled.prices],
        "prices": [price.pk for price in filled.prices],
        "start": now - datetime.timedelta(seconds=1),
        "end": now,
        "rows": lines,
        "first_talk": 2**40,
        "low": 0,
        "high": lines - 1,
    }
    with unchecked() as line:
        line.execute(LEDGER, values)


def _load(line: psycopg.Connection, values: dict) -> None:
    line.execute(LEDGER, values)
    low = max(values["low"], values["first_talk"])
    if low <= values["high"]:
        for statement in TALK:
            line.execute(statement, values | {"low": low})


def _make_partitions(first: datetime.datetime, last: datetime.datetime) -> None:
    """A partition for every month of the filled days, as the product would have made them."""
    month = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        while month <= last:
            after = (month + datetime.timedelta(days=32)).replace(day=1)
            cursor.execute(
                f"CREATE TABLE IF NOT EXISTS billing_ledgerentry_{month:%Y_%m} "
                f"PARTITION OF billing_ledgerentry FOR VALUES FROM ('{month}') TO ('{after}')"
            )
            month = after


def _people(rows: int) -> Filled:
    tenants = tuple(
        Tenant.objects.create(name=f"Tenant {n}", slug=f"tenant-{n}", time_zone="Europe/Berlin")
        for n in range(SMALL_TENANTS + 1)
    )
    prices = tuple(
        Price.objects.create(
            model=f"model-{n}",
            valid_from=timezone.now() - datetime.timedelta(days=2 * DAYS),
            input=Decimal("0.15"),
            cached_input=Decimal("0.075"),
            output=Decimal("0.6"),
            source="bench",
            checked_on=timezone.localdate(),
        )
        for n in range(4)
    )
    users = get_user_model().objects
    manager = users.create_user("manager", is_staff=True)
    Membership.objects.create(tenant=tenants[0], user=manager, role=Membership.Role.MANAGER)
    operator = users.create_user("operator", is_staff=True, is_superuser=True)
    return Filled(tenants[0], manager.username, tenants, operator.username, prices, rows)
