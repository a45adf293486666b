"""The report of quality: who spoke how well, week by week."""

import datetime
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from conversations import access
from conversations.models import Criterion, Tenant
from conversations.roles import Act
from conversations.selectors.quality import ByWeek, Quality, Tally, Weeks, quality_by
from conversations.selectors.reviews import Agreed, agreements, criteria_of
from conversations.views.lines import Chart, chart_of
from conversations.views.reaching import refuse_where_nowhere

PERIODS = {4: "4 weeks", 12: "12 weeks", 26: "Half a year", 52: "A year"}
USUALLY = 12
WHO = {"persona": "persona_label", "model": "model"}
NAMES = {"persona": "Persona version", "model": "Model"}
NAMELESS = "not named"
# Fewer opinions than this say little; the page says so.
FEW = 10


@dataclass(frozen=True)
class Asked:
    """What the address asks for; what it does not say, or says wrongly, is as usual."""

    tenants: list[Tenant]
    chosen: list[Tenant]
    weeks: Weeks
    by: str

    @property
    def slug(self) -> str:
        """The one tenant that was chosen; empty for all."""
        return self.chosen[0].slug if len(self.tenants) > 1 and len(self.chosen) == 1 else ""

    def link(self, **changed: Any) -> str:
        """This page with something else."""
        now = {"weeks": self.weeks.count, "by": self.by, "tenant": self.slug} | changed
        return f"?{urlencode({name: value for name, value in now.items() if value})}"


@dataclass(frozen=True)
class Section:
    """One measure over time, drawn and as a table."""

    anchor: str
    title: str
    about: str
    chart: Chart
    rows: list[tuple[datetime.date, list[str]]]
    totals: list[str]


@dataclass(frozen=True)
class Row:
    """All that is known of one version or model."""

    name: str
    link: str
    reviews: str
    cells: list[str]
    thumbs: str
    ratings: str


@require_safe
def quality(request: HttpRequest) -> HttpResponse:
    """Scores, thumbs and ratings by persona version or model, and how far reviewers agree."""
    refuse_where_nowhere(request, Act.REVIEW)
    asked = asked_of(request)
    tenants = [tenant.pk for tenant in asked.chosen]
    found = quality_by(tenants, asked.weeks, WHO[asked.by])
    agreed = agreements(tenants, asked.weeks.start, asked.weeks.end)
    criteria = criteria_of({criterion for _, criterion in found.criteria})
    names = _most_first(found)
    context = {
        "title": "Quality",
        "asked": asked,
        "periods": [(n, label, n == asked.weeks.count) for n, label in PERIODS.items()],
        "ways": [(name, asked.link(by=key), key == asked.by) for key, name in NAMES.items()],
        "who": NAMES[asked.by],
        "cards": _cards(found, agreed),
        "sections": _sections(found, names, asked),
        "criteria": criteria,
        "rows": [_row(found, name, criteria, asked) for name in names],
        "agreed": [(one, _kappa(one)) for one in agreed],
        "several": len(asked.chosen) > 1,
        "few": FEW,
    }
    return render(request, "house/quality.html", admin.site.each_context(request) | context)


def asked_of(request: HttpRequest) -> Asked:
    """The weeks, tenants and way of dividing that the address names."""
    tenants = list(access.tenants_of(request.user, Act.REVIEW))
    slug = request.GET.get("tenant", "")
    chosen = [tenant for tenant in tenants if tenant.slug == slug] or tenants
    zone = zoneinfo.ZoneInfo(chosen[0].time_zone if len(chosen) == 1 else "UTC")
    count = request.GET.get("weeks", "")
    weeks = int(count) if count.isdecimal() and int(count) in PERIODS else USUALLY
    today = timezone.now().astimezone(zone).date()
    monday = today - datetime.timedelta(days=today.weekday())
    first = monday - datetime.timedelta(weeks=weeks - 1)
    by = request.GET.get("by", "")
    return Asked(tenants, chosen, Weeks(first, weeks, zone), by if by in WHO else "persona")


def _most_first(found: Quality) -> list[str]:
    """Who spoke, by how many opinions there are of them."""
    numbers: dict[str, int] = {}
    for measure in (found.reviews, found.thumbs, found.ratings):
        for (name, _), tally in measure.items():
            numbers[name] = numbers.get(name, 0) + tally.number
    return sorted(numbers, key=lambda name: (-numbers[name], name))


def _sections(found: Quality, names: Sequence[str], asked: Asked) -> list[Section]:
    measures = [
        (
            "reviews",
            "Reviewers' scores",
            "100 % is the best value of every criterion.",
            found.reviews,
        ),
        ("thumbs", "Thumbs up", "Of all thumbs that visitors gave.", found.thumbs),
        ("ratings", "Visitors' ratings", "100 % is five of five.", found.ratings),
    ]
    return [
        _section(anchor, title, about, measure, names, asked)
        for anchor, title, about, measure in measures
        if measure
    ]


def _section(
    anchor: str, title: str, about: str, measure: ByWeek, names: Sequence[str], asked: Asked
) -> Section:
    days = asked.weeks.days
    mine = [name for name in names if any(name == one for one, _ in measure)]
    lines = {
        name or NAMELESS: [measure.get((name, day), Tally()).mean for day in days] for name in mine
    }
    return Section(
        anchor=anchor,
        title=title,
        about=about,
        chart=chart_of(days, lines),
        rows=[
            (day, [_told(measure.get((name, day), Tally())) for name in mine])
            for day in days
            if any((name, day) in measure for name in mine)
        ],
        totals=[_told(_sum(measure, name)) for name in mine],
    )


def _row(found: Quality, name: str, criteria: Sequence[Criterion], asked: Asked) -> Row:
    query = {asked.by: name} | ({"tenant": asked.slug} if asked.slug else {})
    link = f"{reverse('admin:conversations_conversation_changelist')}?{urlencode(query)}"
    return Row(
        name=name or NAMELESS,
        link=link if name else "",
        reviews=_told(_sum(found.reviews, name)),
        cells=[_mean(one, found.criteria.get((name, one.pk), Tally())) for one in criteria],
        thumbs=_told(_sum(found.thumbs, name)),
        ratings=_told(_sum(found.ratings, name)),
    )


def _cards(found: Quality, agreed: Iterable[Agreed]) -> list[tuple[str, str, str]]:
    """Title, figure and note of each."""
    kappas = [one.agreement.kappa for one in agreed if one.agreement.kappa is not None]
    mean = sum(kappas) / len(kappas) if kappas else None
    cards = [
        ("Reviewers' scores", _all(found.reviews), "score"),
        ("Thumbs up", _all(found.thumbs), "thumb"),
        ("Visitors' ratings", _all(found.ratings), "rating"),
    ]
    shown = [
        (title, percent(tally), f"of {tally.number:,} {of}{'s' * (tally.number != 1)}")
        for title, tally, of in cards
    ]
    agreement = "–" if mean is None else f"{mean:.2f}"
    return [*shown, ("Agreement", agreement, "mean kappa of the criteria below")]


def percent(tally: Tally) -> str:
    """The mean in percent; a dash for nothing."""
    return "–" if tally.mean is None else f"{100 * tally.mean:.0f} %"


def _told(tally: Tally) -> str:
    return f"{percent(tally)} of {tally.number:,}" if tally.number else "–"


def _mean(criterion: Criterion, tally: Tally) -> str:
    if tally.mean is None:
        return "–"
    if criterion.is_scale:
        return f"{tally.mean:.1f} of {tally.number:,}"
    return f"{100 * tally.mean:.0f} % yes of {tally.number:,}"


def _kappa(one: Agreed) -> tuple[str, str]:
    kappa, same = one.agreement.kappa, one.agreement.same
    return (
        "–" if kappa is None else f"{kappa:.2f}",
        "–" if same is None else f"{100 * same:.0f} %",
    )


def _sum(measure: ByWeek, name: str) -> Tally:
    return sum((tally for (one, _), tally in measure.items() if one == name), Tally())


def _all(measure: ByWeek) -> Tally:
    return sum(measure.values(), Tally())
