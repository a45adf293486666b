"""What the page of a trial shows: figures, bars, and the answers a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.paginator import Page, Paginator

from billing.money import shown
from chatbot.models import Trial, TrialItem
from chatbot.sandbox.comparing import Pair, Side, Summary, pairs_of, summary_of

PER_PAGE = 20
WIDTH = 100

SHOW = {
    "": "All",
    "changed": "Other sources",
    "failed": "Failed",
    "stopped": "Guardrails acted",
}


@dataclass(frozen=True)
class Bars:
    """A figure of both sides; lengths are of `WIDTH`. `then` is empty where nothing was."""

    name: str
    now: str
    then: str
    now_width: int
    then_width: int


@dataclass(frozen=True)
class TrialPage:
    """All of it."""

    summary: Summary
    bars: list[Bars]
    pairs: Page
    show: str
    choices: list[tuple[str, str]]
    is_awaited: bool
    percent: int
    cost: str
    is_enough: bool | None


def page_of(trial: Trial, show: str, number: str) -> TrialPage:
    """The page; a filter or number that is none shows the first page of all."""
    pairs = pairs_of(trial)
    summary = summary_of(pairs)
    show = show if show in SHOW else ""
    waits = summary.ended < summary.all
    share = summary.share_passed
    threshold = trial.threshold
    per_page = max(PER_PAGE, len(pairs)) if trial.kind == Trial.Kind.PLAY else PER_PAGE
    return TrialPage(
        summary=summary,
        bars=_bars(summary) if summary.then else [],
        pairs=Paginator(_shown(pairs, show), per_page).get_page(number),
        show=show,
        choices=list(SHOW.items()),
        is_awaited=waits and trial.state == Trial.State.RUNNING,
        percent=round(100 * summary.ended / summary.all) if summary.all else 0,
        cost=shown(summary.now.cost),
        is_enough=None if share is None or threshold is None else share >= threshold,
    )


def _shown(pairs: Sequence[Pair], show: str) -> list[Pair]:
    failed = TrialItem.State.FAILED
    match show:
        case "changed":
            return [pair for pair in pairs if pair.has_other_sources]
        case "failed":
            return [p for p in pairs if p.item.state == failed or p.item.passed is False]
        case "stopped":
            return [pair for pair in pairs if pair.now.verdicts]
    return list(pairs)


def _bars(summary: Summary) -> list[Bars]:
    now, then = summary.now, summary.then
    if then is None or not now.answers:
        return []
    return [
        _money("Cost of an answer", now.each, then.each),
        _share("Answers that cite a source", now, then, now.sourced, then.sourced),
        _share("No answer", now, then, now.failed, then.failed),
        _share("Guardrails acted", now, then, now.stopped, then.stopped),
        _seconds("First word, median", now.first_ms, then.first_ms),
        _seconds("Whole answer, median", now.whole_ms, then.whole_ms),
    ]


def _share(name: str, now: Side, then: Side, ours: int, theirs: int) -> Bars:
    one, other = 100 * ours / now.answers, 100 * theirs / then.answers
    return Bars(name, f"{one:.0f} %", f"{other:.0f} %", round(one), round(other))


def _money(name: str, now: Decimal | None, then: Decimal | None) -> Bars:
    ours, theirs = now or Decimal(0), then or Decimal(0)
    return Bars(name, shown(ours, 4), shown(theirs, 4), *_widths(float(ours), float(theirs)))


def _seconds(name: str, now: int | None, then: int | None) -> Bars:
    said = [_said(one) for one in (now, then)]
    return Bars(name, said[0], said[1], *_widths(float(now or 0), float(then or 0)))


def _said(ms: int | None) -> str:
    if ms is None:
        return "–"
    return f"{ms} ms" if ms < 1000 else f"{ms / 1000:.1f} s"


def _widths(ours: float, theirs: float) -> tuple[int, int]:
    most = max(ours, theirs) or 1.0
    return round(WIDTH * ours / most), round(WIDTH * theirs / most)
