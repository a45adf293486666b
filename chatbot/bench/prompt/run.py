"""`bench prompt`: one conversation of fifty turns, as the product holds it and as others would.

The product answers in this process, with the demo model as a process of its
own, which counts tokens and remembers prefixes as providers do: in steps of
128 tokens, from 1,024 on. The same questions, passages and replies then go out
in two other ways: as people write it first (all of the history, and the
passages in the system message), and with all of the history in our order.
"""

import json
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils import timezone

from billing.models import Attempt, LedgerEntry, Price
from billing.pricing import cost_of
from billing.services.prices import load_seed, price_at
from billing.usage import Usage
from chatbot.bench.frame import CannotMeasure, Goal, Options, Report, Say
from chatbot.bench.prompt.talk import HOUSE, TURNS, Fact, questions
from chatbot.bench.prompt.talk import replies as written_replies
from chatbot.bench.stack import Stack, wait_for_http
from chatbot.demo.shop import open_shop, store_articles
from chatbot.engine.history import HISTORY_TOKENS, Said, newest
from chatbot.engine.kept import rebuilt
from chatbot.engine.loop import run
from chatbot.engine.model_choice import Voice, published_version, voice_of
from chatbot.engine.outgrown import noticed
from chatbot.engine.prompting import compose_prompt
from chatbot.engine.scaffold import question_message, system_message
from chatbot.engine.summary import summarise
from chatbot.engine.turn import run_turn
from chatbot.models import ModelServer, ProviderKey
from chatbot.providers.directory import directory
from conversations.models import Conversation, Message, Tenant
from conversations.services.messages import post_visitor_message
from conversations.services.sessions import conversation_of, open_session

MODEL, WRITES_PRICED = "demo-1", "gpt-6-luna"
AT_ONCE = {"first_token_ms": 0, "token_ms": 0}
CACHE_FROM, CACHE_STEP = 1024, 128
GOALS = [Goal("money_ratio", "<=", 0.40), Goal("early_facts_kept", ">=", 0.95)]


@dataclass
class Way:
    """What all turns together took in one way of writing prompts."""

    name: str
    usages: list[Usage] = field(default_factory=list)
    money: Decimal = Decimal(0)
    kept: int = 0

    @property
    def tokens(self) -> int:
        """In and out."""
        return sum(one.input + one.output for one in self.usages)

    @property
    def cached_share(self) -> float:
        """Of the tokens that went in."""
        read = sum(one.input for one in self.usages)
        return sum(one.cached for one in self.usages) / read

    def money_at(self, price: Price) -> Decimal:
        """At a price of a model that charges for what it writes into its cache."""
        return sum((cost_of(_with_writes(one), price) for one in self.usages), Decimal(0))


def prompt(options: Options, say: Say) -> Report:
    """Tokens, cached share and money of the conversation in each way, and facts that were kept."""
    stack = Stack(say=say)
    say("starting the demo model")
    stack.start("demo model")
    try:
        wait_for_http(f"{stack.model_base_url}/models", stack.processes["demo model"])
        return _measured(stack, say)
    finally:
        _hang_up()
        stack.stop_all()


def _write_house_rules(tenant: Tenant) -> None:
    """The shop's persona is as long as personas are."""
    spoken = published_version(tenant)
    if spoken is None:
        raise CannotMeasure("The demo shop has no persona; its seed is broken.")
    spoken.pk, spoken.number, spoken.reason = None, spoken.number + 1, "With house rules."
    spoken.system_prompt = f"{spoken.system_prompt}\n{HOUSE}"
    spoken.save()


def _hang_up() -> None:
    """The connections of this process are closed."""
    route = directory().route(directory().home(MODEL))
    if route:
        run(route.provider.close())


def _measured(stack: Stack, say: Say) -> Report:
    settings.VISITOR_MESSAGES_PER_MINUTE = 1000  # nobody types so fast, but the bench does
    load_seed()
    tenant = open_shop()
    store_articles(tenant)
    _write_house_rules(tenant)
    server = ModelServer.objects.create(
        name="bench",
        kind=ModelServer.Kind.OPENAI,
        base_url=stack.model_base_url,
        serves=[MODEL, "demo-1-mini"],
    )
    key = ProviderKey(server=server, label="bench")
    key.set_secret("sk-of-the-bench-0123456789")
    key.save()
    settings.CHAT_MODEL = MODEL
    asked = questions()
    talk, ours, windowed = _held(stack, tenant, asked, say)
    price = price_at(MODEL, timezone.now())
    said = _as_said(talk)
    ways = [ours, *(_replayed(stack, tenant, said, way, price, say) for way in WAYS.values())]
    facts = sum(fact is not None for _, fact in asked)
    return _report(ways, facts, windowed, talk)


def _rules(reply: str) -> list[dict[str, Any]]:
    """The demo model says this; but what it is to sum up it sums up."""
    return [{"match": "<talk>", **AT_ONCE}, {"match": "*", "text": reply, **AT_ONCE}]


def _held(
    stack: Stack, tenant: Tenant, asked: Sequence[tuple[str, Fact | None]], say: Say
) -> tuple[Conversation, Way, int]:
    """The conversation as the product holds it, and facts that its window alone would have kept."""
    session = open_session(tenant, None, locale="en", origin="").session
    talk = conversation_of(session)
    ours, windowed, replies = Way("with"), 0, written_replies()
    noticed()
    for turn, (question, fact) in enumerate(asked, start=1):
        if turn % 10 == 0:
            say(f"turn {turn} of {TURNS}")
        before = _all_said(talk)
        stack.behave(_rules(replies[turn - 1]))
        post_visitor_message(talk, client_id=uuid4(), text=question)
        generation = run_turn()
        if generation is None:
            raise CannotMeasure("A question found no worker; does another process take turns?")
        generation.refresh_from_db()
        if generation.failure:
            raise CannotMeasure(f"Turn {turn} failed: {generation.failure_detail}")
        if fact:
            attempt = generation.attempts.get(purpose=Attempt.Purpose.REPLY)
            sent = rebuilt([attempt])[attempt.pk]["messages"]
            ours.kept += any(fact.value in one["content"] for one in sent)
            windowed += any(fact.value in one.text for one in newest(before, HISTORY_TOKENS))
        for conversation in noticed():
            summarise(conversation)
    for entry in LedgerEntry.objects.filter(tenant=tenant):
        ours.usages.append(Usage(entry.input_tokens, entry.output_tokens, entry.cached_tokens))
        ours.money += entry.amount
    return talk, ours, windowed


def _all_said(talk: Conversation) -> list[Said]:
    rows = Message.objects.filter(conversation=talk).order_by("seq")
    return [Said(one.pk, one.seq, one.role, one.text) for one in rows]


def _as_said(talk: Conversation) -> list[tuple[str, str]]:
    """Question and reply, turn by turn."""
    texts = [one.text for one in _all_said(talk)]
    return list(zip(texts[::2], texts[1::2], strict=True))


Messages = list[dict[str, str]]
Layout = Callable[[Tenant, Voice, Messages, str], Messages]


def _written_first(tenant: Tenant, voice: Voice, history: Messages, question: str) -> Messages:
    """All of the history; the passages of this question in the system message."""
    built = compose_prompt(tenant, voice, history, question)
    pages = question_message("", built.passages).partition("<question>")[0]
    rules = system_message(voice.system_prompt, voice.rules)
    system = {"role": "system", "content": f"{rules}\n\n{pages}"}
    return [system, *history, {"role": "user", "content": question}]


def _all_of_it(tenant: Tenant, voice: Voice, history: Messages, question: str) -> Messages:
    """All of the history, in our order."""
    return compose_prompt(tenant, voice, history, question).prompt.messages


WAYS: dict[str, tuple[str, Layout]] = {
    "without": ("without", _written_first),
    "whole": ("whole", _all_of_it),
}


def _replayed(
    stack: Stack,
    tenant: Tenant,
    said: Sequence[tuple[str, str]],
    layout: tuple[str, Layout],
    price: Price,
    say: Say,
) -> Way:
    """The same talk, with the same replies, in another way of writing prompts."""
    name, written = layout
    say(f"the same talk, {NAMES[name]}")
    way, voice = Way(name), voice_of(tenant)
    history: Messages = []
    for question, reply in said:
        messages = written(tenant, voice, history, question)
        usage = _asked(stack, messages, reply, f"bench/{name}")
        way.usages.append(usage)
        way.money += cost_of(usage, price)
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": reply},
        ]
    return way


def _asked(stack: Stack, messages: Messages, reply: str, cache_key: str) -> Usage:
    """What the demo model bills for saying this reply to these messages."""
    body = {"model": MODEL, "messages": messages, "prompt_cache_key": cache_key}
    request = urllib.request.Request(  # noqa: S310 - our own process
        f"{stack.model_base_url}/chat/completions",
        json.dumps(body).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": "Bearer demo",
            "X-Demo-Fault": json.dumps(AT_ONCE | {"text": reply}),
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return Usage.from_report(json.loads(answer.read())["usage"])


def _with_writes(usage: Usage) -> Usage:
    """As newer models charge it: what goes into the cache is paid for when it is written."""
    whole = usage.input // CACHE_STEP * CACHE_STEP
    written = whole - usage.cached if usage.input >= CACHE_FROM else 0
    return Usage(usage.input, usage.output, usage.cached, cache_write=max(0, written))


NAMES = {
    "with": "summary, prefix that stays",
    "without": "all of it, passages in the system message",
    "whole": "all of it, in our order",
}


def _report(ways: list[Way], facts: int, windowed: int, talk: Conversation) -> Report:
    named = {way.name: way for way in ways}
    ours, theirs, whole = named["with"], named["without"], named["whole"]
    priced = price_at(WRITES_PRICED, timezone.now())
    summaries = LedgerEntry.objects.filter(tenant=talk.tenant, purpose=Attempt.Purpose.SUMMARY)
    figures: dict[str, Any] = {"turns": TURNS, "summaries": summaries.count()}
    for way in ways:
        figures |= {
            f"tokens_{way.name}": way.tokens,
            f"cached_share_{way.name}": round(way.cached_share, 4),
            f"money_{way.name}": float(round(way.money, 8)),
        }
    figures |= {
        "money_summaries": float(sum((one.amount for one in summaries), Decimal(0))),
        "money_ratio": round(float(ours.money / theirs.money), 4),
        "money_ratio_whole": round(float(ours.money / whole.money), 4),
        "money_ratio_paid_writes": round(float(ours.money_at(priced) / theirs.money_at(priced)), 4),
        "early_facts": facts,
        "early_facts_kept": round(ours.kept / facts, 4),
        "early_facts_kept_by_window": round(windowed / facts, 4),
    }
    rows = [
        [
            NAMES[way.name],
            f"{way.tokens:,}",
            f"{way.cached_share:.1%}",
            f"${way.money:.6f}",
            f"{way.money / theirs.money:.2f}",
            f"${way.money_at(priced):.6f}",
        ]
        for way in ways
    ]
    notes = [
        f"{figures['summaries']} summaries are among the first row, by the demo model, "
        "which keeps sentences as they were said; real models write their own.",
        f"Of {facts} facts told early the prompt that asked for one had {ours.kept}; "
        f"a window of {HISTORY_TOKENS:,} tokens alone would have had {windowed}.",
        f"The last column is at the price of {WRITES_PRICED}, which charges for writing the cache.",
    ]
    columns = ["way", "tokens", "cached", "money", "ratio", "money, writes paid"]
    return Report(figures, GOALS, columns, rows, notes)
