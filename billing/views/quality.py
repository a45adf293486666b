"""Quality beside money: what each model and persona version costs, and how its replies end."""

from dataclasses import dataclass
from typing import Any

from billing.money import shown
from billing.selectors.quality import Endings, endings_by
from billing.selectors.talks import Talks, talks_by
from billing.views.figures import percent
from billing.views.filters import By
from billing.views.links import outcome_link, transcripts_link
from billing.views.reading import NAMELESS, Reading
from conversations.models import Outcome


@dataclass(frozen=True)
class Row:
    """A model or a persona version; shares are of its replies or conversations."""

    name: str
    link: str
    replies: str
    each: str
    handed_off: str
    failed: str
    stopped: str
    tried_again: str


@dataclass(frozen=True)
class CameOut:
    """How many conversations came out in one way, and the list of exactly those."""

    title: str
    count: int
    link: str


@dataclass(frozen=True)
class Quality:
    """One table by model and one by persona version, and what came of the conversations.

    The tables are empty where there are too many calls to look at each;
    see `Reading.counts`.
    """

    tables: list[tuple[str, list[Row]]]
    outcomes: list[CameOut]


def quality_of(reading: Reading) -> Quality:
    """The quality of the period's replies and conversations."""
    tables = []
    if reading.counts:
        tables = [
            ("Model", _rows(reading, By.MODEL, "model")),
            ("Persona version", _rows(reading, By.PERSONA, "persona_label")),
        ]
    return Quality(tables, _outcomes(reading))


def _outcomes(reading: Reading) -> list[CameOut]:
    found = reading.resolutions
    return [
        CameOut(
            Outcome.Kind(kind).label,
            getattr(found.counts, kind),
            outcome_link(link, reading.asked.slug),
        )
        for kind, link in found.links.items()
    ]


def _rows(reading: Reading, by: By, field: str) -> list[Row]:
    talks = talks_by(reading.scope, field)
    endings = endings_by(reading.scope, field)
    dearest_first = sorted(endings, key=lambda key: -(talks.get(key, Talks()).each or 0))
    return [_row(reading, by, key, endings[key], talks.get(key, Talks())) for key in dearest_first]


def _row(reading: Reading, by: By, key: Any, ends: Endings, talks: Talks) -> Row:
    return Row(
        name=str(key) or NAMELESS,
        link=transcripts_link(reading.scope, reading.asked.slug, by, key),
        replies=f"{ends.replies:,}",
        each="–" if talks.each is None else shown(talks.each),
        handed_off=percent(ends.handed_off, ends.conversations, 1),
        failed=percent(ends.failed, ends.replies, 1),
        stopped=percent(ends.stopped, ends.replies, 1),
        tried_again=percent(ends.tried_again, ends.replies, 1),
    )
