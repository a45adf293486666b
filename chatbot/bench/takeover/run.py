"""`bench takeover`: people take over while the bot writes, ten thousand times."""

import asyncio
import random
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from redis import Redis

from chatbot.bench.clocks import now_ms, percentile
from chatbot.bench.company import refuse_company
from chatbot.bench.frame import Goal, Options, Report, Say
from chatbot.bench.sessions import open_sessions
from chatbot.bench.stack import Stack
from chatbot.bench.takeover.people import Post, Watched, said, staff_at, visitor_at
from chatbot.engine.lane import text_key
from chatbot.live.bridge import in_database
from conversations.models import Conversation, Generation, VisitorSession
from conversations.services import handoff

RACES, QUICK_RACES = 10_000, 60
AT_ONCE = 24
CONTROLS = 60
WRITING = {"match": "*", "first_token_ms": 30, "token_ms": 8, "tokens": 400}
# Longer than a worker takes to notice that its lease is lost.
NOTICED_SECONDS = 1.3
PAGE = "/admin/conversations/conversation"

# Whatever the bot said in the log between a person who joined and its return.
IN_THE_LOG = """
SELECT coalesce(sum(length(coalesce(event.data ->> 'text', '')
                           || coalesce(event.data ->> 'partial', ''))), 0)
  FROM conversations_event AS event
 WHERE event.kind IN ('reply.done', 'reply.stopped', 'reply.failed')
   AND (SELECT turn.kind FROM conversations_event AS turn
         WHERE turn.conversation_id = event.conversation_id AND turn.seq < event.seq
           AND turn.kind IN ('person.joined', 'bot.back')
         ORDER BY turn.seq DESC LIMIT 1) = 'person.joined'
"""


@dataclass
class Seen:
    """Milliseconds until the other side knew."""

    requests: list[float] = field(default_factory=list)
    joined: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """A conversation with both at it."""

    conversation: Conversation
    visitor: Watched
    staff: Watched


def takeover(options: Options, say: Say) -> Report:
    """What the bot still said, and how soon each side knew."""
    refuse_company()
    races = options.races or (QUICK_RACES if options.quick else RACES)
    with Stack(say=say) as stack:
        stack.behave([WRITING])
        return asyncio.run(_measure(stack, races, options.seed, say))


async def _measure(stack: Stack, races: int, seed: int, say: Say) -> Report:
    addresses = await in_database(open_sessions, stack, AT_ONCE)
    cookie = await in_database(_cookie)
    seen = Seen()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        post = Post(stack.url, cookie, threads)
        desks = [await _desk(stack.url, cookie, address) for address in addresses]
        left = iter(range(races))
        done = 0

        async def take_turns(desk: Desk, chance: random.Random) -> None:
            nonlocal done
            for _ in left:
                await race(desk, post, chance, seen)
                done += 1
                if done % 100 == 0:
                    say(f"{done:,} of {races:,} races")

        await asyncio.gather(
            *(
                take_turns(desk, random.Random(f"{seed}/{number}"))  # noqa: S311
                for number, desk in enumerate(desks)
            )
        )
        await asyncio.sleep(NOTICED_SECONDS)
        after = await in_database(_bots_characters, [desk.conversation.pk for desk in desks])
        sockets = [one for desk in desks for one in (desk.visitor, desk.staff)]
        on_sockets = sum(one.late + one.after_joining for one in sockets)
        say("the same without the fence")
        control = await _control(desks, post)
        for one in sockets:
            await one.close()
    return _report(races, seen, on_sockets, after, control)


async def race(desk: Desk, post: Post, chance: random.Random, seen: Seen) -> None:
    """The visitor asks, the bot writes, somebody takes over at a moment of chance and hands back.

    In every third the visitor asks for a person first; every second is
    taken over by writing.
    """
    page = f"{PAGE}/{desk.conversation.pk}"
    began = now_ms()
    await desk.visitor.send(said("Tell me all about it"))
    if chance.random() < 0.8:
        await desk.visitor.seen("delta", began)
    await asyncio.sleep(chance.random() * 0.25)
    if chance.random() < 1 / 3:
        asked = now_ms()
        await desk.visitor.send({"type": "person.ask", "id": str(uuid.uuid4())})
        seen.requests.append(await desk.staff.seen("person.asked", asked) - asked)
    taken = now_ms()
    if chance.random() < 0.5:
        await post(f"{page}/take-over/")
    else:
        await post(f"{page}/say/", text="I take this.", id=str(uuid.uuid4()))
    seen.joined.append(await desk.visitor.seen("person.joined", taken) - taken)
    await asyncio.sleep(chance.random() * 0.2)
    back = now_ms()
    await post(f"{page}/hand-back/")
    await desk.visitor.seen("bot.back", back)


async def _control(desks: list[Desk], post: Post) -> int:
    """Characters that a worker still wrote for whoever looks, where only Postgres stops it."""
    user = await in_database(get_user_model().objects.get, username="ben")

    async def once(desk: Desk) -> int:
        began = now_ms()
        await desk.visitor.send(said("Tell me all about it"))
        await desk.visitor.seen("delta", began)
        await in_database(handoff.take_over, desk.conversation, user)
        written = await in_database(_in_the_lane, [desk.conversation.pk])
        await asyncio.sleep(NOTICED_SECONDS)
        more = await in_database(_in_the_lane, [desk.conversation.pk]) - written
        await post(f"{PAGE}/{desk.conversation.pk}/hand-back/")
        return max(0, more)

    rounds = max(1, CONTROLS // len(desks))
    return sum([sum(await asyncio.gather(*map(once, desks))) for _ in range(rounds)])


async def _desk(url: str, cookie: str, address: dict[str, str]) -> Desk:
    visitor = await visitor_at(address)
    conversation = await in_database(_conversation_of, address["ticket"])
    return Desk(conversation, visitor, await staff_at(url, cookie, conversation.pk))


def _conversation_of(ticket: str) -> Conversation:
    session = VisitorSession.objects.get(pk=int(ticket.partition(".")[0]))
    return Conversation.objects.get(visitor=session.visitor_id)


def _cookie() -> str:
    user = get_user_model().objects.create_user("ben", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def _bots_characters(conversations: list[int]) -> int:
    """What the bot said while a person answered, by the log and by what the lane still holds."""
    with connection.cursor() as cursor:
        cursor.execute(IN_THE_LOG)
        return int(cursor.fetchone()[0]) + _in_the_lane(conversations)


def _in_the_lane(conversations: list[int]) -> int:
    """Characters that Redis holds of stopped replies; who comes now would be sent them."""
    stopped = Generation.objects.filter(
        conversation__in=conversations, state=Generation.State.STOPPED
    )
    keys = [
        text_key(str(reply), claim - 1)
        for reply, claim in stopped.values_list("public_id", "claim")
    ]
    with Redis.from_url(settings.REDIS_URL) as redis, redis.pipeline(transaction=False) as pipe:
        for key in keys:
            pipe.strlen(key)
        return sum(pipe.execute()) if keys else 0


def _report(races: int, seen: Seen, on_sockets: int, after: int, control: int) -> Report:
    figures = {
        "races": races,
        "bot_characters_after_takeover": on_sockets + after,
        "request_seen_p95_ms": round(percentile(seen.requests, 0.95), 1),
        "joined_seen_p95_ms": round(percentile(seen.joined, 0.95), 1),
        "request_seen_p50_ms": round(percentile(seen.requests, 0.5), 1),
        "joined_seen_p50_ms": round(percentile(seen.joined, 0.5), 1),
        "requests": len(seen.requests),
        "control_characters_without_fence": control,
        "taken_over": len(seen.joined),
    }
    return Report(
        figures=figures,
        goals=[
            Goal("bot_characters_after_takeover", "<=", 0),
            Goal("request_seen_p95_ms", "<=", 1000),
            Goal("joined_seen_p95_ms", "<=", 1000),
        ],
        columns=["known to", "what", "p50 ms", "p95 ms"],
        rows=[
            [
                "staff",
                f"{len(seen.requests):,} requests for a person",
                str(figures["request_seen_p50_ms"]),
                str(figures["request_seen_p95_ms"]),
            ],
            [
                "the visitor",
                f"{len(seen.joined):,} times somebody joined",
                str(figures["joined_seen_p50_ms"]),
                str(figures["joined_seen_p95_ms"]),
            ],
        ],
        notes=[
            f"{races:,} races between the bot's words and a person; after that the bot said "
            f"{on_sockets + after} characters on sockets, in the log and in Redis.",
            f"Stopped in Postgres alone, workers wrote {control:,} more for whoever looks.",
        ],
    )
