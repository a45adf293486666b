"""The health page: how fast, whose the time and the errors were, and how things stand."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from redis import RedisError

from billing.selectors.tokens import Tokens, tokens_by_day
from chatbot.health import heartbeat, standing
from chatbot.health.faults import BUDGET, TITLES, WHAT_TO_DO, Fault, fault_of
from chatbot.health.timings import Course, Quantiles, Timings, course_of
from chatbot.providers.keys import WARN_DAYS as KEY_DAYS
from chatbot.providers.matrix import WARN_DAYS as MODEL_DAYS
from chatbot.views.health_charts import Drawing, bars_of, lines_of
from conversations import access
from conversations.admin.rights import manages_a_tenant, runs_the_deployment
from conversations.models import Tenant
from conversations.roles import Act

# What 95 of a hundred replies are to stay below, of this product's own time; milliseconds.
GOAL_MS = 800
TOKEN_DAYS = 14
DAY = datetime.timedelta(days=1)
FAULTS = (Fault.OURS, Fault.PROVIDER, Fault.SETTINGS, Fault.WISHED)


class Period(TextChoices):
    """How far back the page looks."""

    HOUR = "hour", "Last hour"
    DAY = "day", "Last 24 hours"
    WEEK = "week", "Last 7 days"


STEPS = {
    Period.HOUR: (datetime.timedelta(minutes=5), 12),
    Period.DAY: (datetime.timedelta(hours=1), 24),
    Period.WEEK: (datetime.timedelta(hours=6), 28),
}


@dataclass(frozen=True)
class Asked:
    """What the reader asks for; an unknown period is the last 24 hours."""

    period: Period
    tenants: list[Tenant]
    slug: str
    all_of_them: bool

    @property
    def ids(self) -> Collection[int] | None:
        """Whose figures are shown; None is the whole deployment."""
        if self.all_of_them and not self.slug:
            return None
        return [one.pk for one in self.tenants if self.slug in ("", one.slug)]


@dataclass(frozen=True)
class Row:
    """A part of a reply's time; `verdict` is empty where no goal is meant for it."""

    title: str
    about: str
    p50: str
    p95: str
    p99: str
    verdict: str = ""
    missed: bool = False


@dataclass(frozen=True)
class Section:
    """A drawing with the table behind it."""

    drawing: Drawing
    legend: list[str]
    rows: list[tuple[str, list[str]]]


@dataclass(frozen=True)
class FaultRow:
    """Replies that failed by somebody's fault, and with which codes."""

    title: str
    series: int
    count: int
    share: str
    codes: str
    what_to_do: str
    counts: bool


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The page, for managers of their own tenants and for the operator of everything."""
    if not manages_a_tenant(request):
        raise PermissionDenied
    asked = _asked(request)
    now = timezone.now()
    step, steps = STEPS[asked.period]
    start = _next(now, step) - steps * step
    course = course_of(start, step, steps, asked.ids)
    operator = runs_the_deployment(request)
    context = admin.site.each_context(request) | {
        "title": "Health",
        "asked": asked,
        "periods": Period,
        "now": now,
        "course": course,
        "goal": GOAL_MS,
        "cards": _cards(course.all),
        "rows": _rows(course.all),
        "times": _times(course, asked.period),
        "faults": _faults(course.all),
        "errors": _errors(course, asked.period),
        "budget": _budget(course.all),
        "tokens": _tokens(now.date(), asked.ids),
        "queue": standing.queue_now(asked.ids),
        "failing": [one for one in standing.failing() if operator or not one.is_key],
        "endings": standing.endings(asked.ids),
        "model_days": MODEL_DAYS[0],
        "operator": operator,
    }
    if operator:
        context |= {"workers": _workers(), "keys": standing.key_ages(), "key_days": KEY_DAYS}
    return render(request, "chatbot/health/page.html", context)


def _asked(request: HttpRequest) -> Asked:
    tenants = list(access.tenants_of(request.user, Act.SPEND))
    slug = request.GET.get("tenant", "")
    if slug and slug not in [one.slug for one in tenants]:
        raise PermissionDenied
    wanted = request.GET.get("period", "")
    period = Period(wanted) if wanted in Period.values else Period.DAY
    return Asked(period, tenants, slug, runs_the_deployment(request))


def _next(now: datetime.datetime, step: datetime.timedelta) -> datetime.datetime:
    """The end of the step that runs, so that steps begin at full hours and minutes."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((now - midnight) // step + 1) * step


def _workers() -> list[heartbeat.Worker] | None:
    """None where Valkey does not answer."""
    try:
        return heartbeat.heard()
    except RedisError:
        return None


def _took(milliseconds: float | None) -> str:
    if milliseconds is None:
        return "–"
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    return f"{milliseconds / 1000:.2f} s"


def _cards(found: Timings) -> list[dict[str, Any]]:
    """The four figures on top."""
    ours, share = found.ours.p95, _share(found.errors, found.replies)
    return [
        {
            "title": "Our own overhead, p95",
            "figure": _took(ours),
            "under": f"goal: {GOAL_MS} ms",
            "bad": ours is not None and ours > GOAL_MS,
        },
        {
            "title": "First word, p95",
            "figure": _took(found.first_word.p95),
            "under": f"the provider alone: {_took(found.provider_first.p95)}",
        },
        {
            "title": "Whole answer, p95",
            "figure": _took(found.whole.p95),
            "under": f"the provider alone: {_took(found.provider.p95)}",
        },
        {
            "title": "Errors",
            "figure": share,
            "under": f"{found.errors:,} of {found.replies:,}; budget: {BUDGET:.1%}",
            "bad": found.errors > BUDGET * found.replies,
        },
    ]


def _rows(found: Timings) -> list[Row]:
    ours = found.ours.p95
    missed = ours is not None and ours > GOAL_MS
    verdict = "" if ours is None else "Missed" if missed else "Met"
    return [
        _row(
            "This product",
            "all that neither provider nor tool had",
            found.ours,
            verdict=verdict,
            missed=missed,
        ),
        _row("– waiting for a worker", "part of the line above", found.queue),
        _row("Provider, to the first word", "with waits that it asked for", found.provider_first),
        _row("Provider, to the end", "with retries and other servers", found.provider),
        _row("Systems that tools call", "replies that called one", found.tools),
        _row("Visitor, first word", "from question to first word", found.first_word),
        _row("Visitor, whole answer", "from question to stored answer", found.whole),
    ]


def _row(title: str, about: str, of: Quantiles, verdict: str = "", missed: bool = False) -> Row:
    return Row(title, about, _took(of.p50), _took(of.p95), _took(of.p99), verdict, missed)


def _labels(course: Course, period: Period) -> list[str]:
    form = "%a %H:%M" if period == Period.WEEK else "%H:%M"
    return [f"{course.begins(n):{form}}" for n in range(len(course.steps))]


def _short(course: Course, period: Period) -> list[str]:
    """What stands below a chart: a day's name has room on a phone, with its hour it has not."""
    form = "%a" if period == Period.WEEK else "%H:%M"
    return [f"{course.begins(n):{form}}" for n in range(len(course.steps))]


def _times(course: Course, period: Period) -> Section:
    """p95 of what matters, step by step."""
    labels = _labels(course, period)
    shown = [
        ("Our own overhead", [one.ours.p95 for one in course.steps]),
        ("Provider, first word", [one.provider_first.p95 for one in course.steps]),
        ("Whole answer", [one.whole.p95 for one in course.steps]),
    ]
    rows = [
        (label, [f"{one.replies:,}", *(_took(values[n]) for _, values in shown)])
        for n, (label, one) in enumerate(zip(labels, course.steps, strict=True))
    ]
    titles = [
        "\n".join([label, *(f"{name}: {_took(values[n])}" for name, values in shown)])
        for n, label in enumerate(labels)
    ]
    seconds = [[None if one is None else one / 1000 for one in values] for _, values in shown]
    drawing = lines_of(_short(course, period), titles, seconds, " s", goal=GOAL_MS / 1000)
    return Section(drawing, [name for name, _ in shown], rows)


def _faults(found: Timings) -> list[FaultRow]:
    return [
        FaultRow(
            TITLES[fault],
            number,
            found.failed(fault),
            _share(found.failed(fault), found.replies),
            _codes(found, fault),
            WHAT_TO_DO[fault],
            fault is not Fault.WISHED,
        )
        for number, fault in enumerate(FAULTS, 1)
    ]


def _codes(found: Timings, fault: Fault) -> str:
    codes = [(n, code) for code, n in found.failures.items() if fault_of(code) is fault]
    return ", ".join(f"{code} ({n:,})" for n, code in sorted(codes, reverse=True))


def _errors(course: Course, period: Period) -> Section:
    labels = _labels(course, period)
    counts = [[one.failed(fault) for one in course.steps] for fault in FAULTS]
    names = [TITLES[fault] for fault in FAULTS]
    replies = [f"{one.replies:,}" for one in course.steps]
    return _bars(labels, names, counts, replies, _short(course, period))


def _budget(found: Timings) -> dict[str, Any]:
    """How much of the errors that are allowed have happened."""
    allowed = BUDGET * found.replies
    used = found.errors / allowed if allowed else 0.0
    return {
        "allowed": f"{allowed:.1f}",
        "used": f"{used:.0%}",
        "width": round(min(used, 1.0) * 1000),
        "bad": used > 1,
        "share": f"{BUDGET:.1%}",
    }


def _tokens(today: datetime.date, tenants: Collection[int] | None) -> Section:
    days = [today - n * DAY for n in range(TOKEN_DAYS - 1, -1, -1)]
    found = tokens_by_day(days[0], days[-1], tenants)
    sums = [found.get(day, Tokens()) for day in days]
    counts = [
        [one.read - one.cached for one in sums],
        [one.cached for one in sums],
        [one.written for one in sums],
    ]
    labels = [f"{day.day} {day:%b}" for day in days]
    names = ["Read", "Read from the provider's cache", "Written"]
    return _bars(labels, names, counts, [f"{one.calls:,}" for one in sums])


def _bars(
    labels: Sequence[str],
    names: list[str],
    counts: Sequence[Sequence[int]],
    before: Sequence[str],
    short: Sequence[str] = (),
) -> Section:
    """Stacked bars, and a row for each with `before` in front of its figures."""
    titles = [
        "\n".join([label, *(f"{name}: {of[n]:,}" for name, of in zip(names, counts, strict=True))])
        for n, label in enumerate(labels)
    ]
    rows = [
        (label, [before[n], *(f"{one[n]:,}" for one in counts)]) for n, label in enumerate(labels)
    ]
    return Section(bars_of(short or labels, titles, counts), names, rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2%}" if whole else "–"
