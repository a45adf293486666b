"""Keep what the list is searched by; whoever writes a conversation does nothing for it.

The writers of a turn would pay a millisecond for an index that staff read
seconds later at the earliest. So beat brings it up to date, and whoever
searches does before.
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.utils import timezone

from chatbot.inbox.facets import Facets, facets_of
from chatbot.inbox.words import words_of
from chatbot.models import InboxMark
from conversations.models import Conversation, Message

AT_ONCE = 200
# A run of beat's; whoever searches waits for the last of them only.
MOST, MOST_BEFORE_A_SEARCH = 4000, 400
# A transaction takes its moment before it commits: so far back is looked again.
SLACK = datetime.timedelta(seconds=30)
SLACK_IDS = 1000
# That little has happened since is not worth a write at every search.
KEPT = datetime.timedelta(seconds=10)
LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
# PostgreSQL refuses a vector of more than a megabyte.
MOST_WORDS = 30_000

CHANGED = """
SELECT talk.id, talk.updated_at, row.as_of IS NULL OR row.as_of < talk.updated_at
  FROM (SELECT id, updated_at FROM conversations_conversation
         WHERE updated_at >= %(at)s AND (updated_at, id) > (%(at)s, %(id)s::bigint)
         ORDER BY updated_at, id LIMIT %(most)s) AS talk
  LEFT JOIN chatbot_inboxrow AS row ON row.conversation_id = talk.id
 ORDER BY talk.updated_at, talk.id
"""
ADDED = """
SELECT talk.id, row.as_of IS NULL
  FROM (SELECT id FROM conversations_conversation
         WHERE id > %(id)s::bigint ORDER BY id LIMIT %(most)s) AS talk
  LEFT JOIN chatbot_inboxrow AS row ON row.conversation_id = talk.id
 ORDER BY talk.id
"""
# Two who fill at once write the same; the one who read later stays.
STORE = """
INSERT INTO chatbot_inboxrow (conversation_id, tenant_id, as_of, words, marks, slowest_ms)
SELECT one.id, one.tenant, one.as_of, array_to_tsvector(string_to_array(one.words, ' ')),
       string_to_array(one.marks, ' '), one.slowest
  FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::int[])
       AS one(id, tenant, as_of, words, marks, slowest)
  JOIN conversations_conversation AS talk ON talk.id = one.id
 ORDER BY one.id
ON CONFLICT (conversation_id) DO UPDATE
   SET as_of = excluded.as_of, words = excluded.words, marks = excluded.marks,
       slowest_ms = excluded.slowest_ms
 WHERE chatbot_inboxrow.as_of <= excluded.as_of
"""


def catch_up(most: int = MOST) -> int:
    """Every conversation that changed or is new has its row, as far as `most` goes.

    Returns how many that took; a second call goes on where the first stopped.
    """
    mark = InboxMark.objects.first() or InboxMark(at=LONG_AGO)
    before = mark.at, mark.newest
    filled = _changed(mark, most)
    if filled < most:
        filled += _added(mark, most - filled)
    if filled or mark.newest != before[1] or mark.at > before[0] + KEPT:
        values = {"at": mark.at, "newest": mark.newest}
        InboxMark.objects.update_or_create(pk=1, defaults=values)
    return filled


def _changed(mark: InboxMark, most: int) -> int:
    began = timezone.now()
    since, after, filled = mark.at - SLACK, 0, 0
    while filled < most:
        rows = _asked(CHANGED, {"at": since, "id": after, "most": AT_ONCE})
        filled += _fill_stale(rows)
        if len(rows) < AT_ONCE:
            since = began
            break
        after, since, _ = rows[-1]
    mark.at = max(mark.at, since)
    return filled


def _added(mark: InboxMark, most: int) -> int:
    """What was brought in from elsewhere is new and says that it is old."""
    after, filled = max(0, mark.newest - SLACK_IDS), 0
    while filled < most:
        at_once = SLACK_IDS + AT_ONCE
        rows = _asked(ADDED, {"id": after, "most": at_once})
        filled += _fill_stale(rows)
        after = rows[-1][0] if rows else after
        if len(rows) < at_once:
            break
    mark.newest = max(mark.newest, after)
    return filled


def _asked(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _fill_stale(rows: list[tuple[Any, ...]]) -> int:
    """Each row begins with the conversation and ends with whether it is stale."""
    stale = [pk for pk, *_, is_stale in rows if is_stale]
    for begin in range(0, len(stale), AT_ONCE):
        fill(stale[begin : begin + AT_ONCE])
    return len(stale)


def fill(conversations: Sequence[int]) -> None:
    """These conversations have their rows, as they are now."""
    if not conversations:
        return
    talks = list(
        Conversation.objects.filter(pk__in=conversations).select_related("visitor").order_by("pk")
    )
    said: dict[int, set[str]] = {talk.pk: set() for talk in talks}
    rows = Message.objects.filter(conversation__in=conversations).order_by()
    for pk, text in rows.values_list("conversation_id", "text"):
        if pk in said and len(said[pk]) < MOST_WORDS:
            said[pk].update(words_of(text))
    facets = facets_of(said)
    with connection.cursor() as cursor:
        cursor.execute(
            STORE,
            [
                [talk.pk for talk in talks],
                [talk.tenant_id for talk in talks],
                [talk.updated_at for talk in talks],
                [_words(talk, said[talk.pk], facets.get(talk.pk, Facets())) for talk in talks],
                [" ".join(sorted(facets.get(pk, Facets()).marks)) for pk in said],
                [facets.get(pk, Facets()).slowest_ms for pk in said],
            ],
        )


def _words(talk: Conversation, said: set[str], facets: Facets) -> str:
    """With spaces between: no word has one, and a facet's becomes a line."""
    visitor = talk.visitor
    names = {*words_of(visitor.name), talk.public_id.hex[:8], visitor.public_id.hex[:8]}
    other = {facet_word(one) for one in facets.all_words()}
    return " ".join(sorted(said | names | other))


def facet_word(facet: str) -> str:
    """The facet without the spaces that persona versions have in their names."""
    return "_".join(facet.split()).replace("\0", "")[:200]
