"""“What changed”: the difference to the period before as reasons, and who moved most."""

from dataclasses import dataclass
from decimal import Decimal

from billing.models import Price, Tier
from billing.money import dollars
from billing.movers import TITLES, Mover, Reason, top_movers, what_changed
from billing.rounding import apportioned
from billing.views.figures import signed
from billing.views.filters import Part
from billing.views.reading import KEYS, Reading

# Half of the drawing's width: what the largest reason takes.
HALF = 50


@dataclass(frozen=True)
class Bar:
    """A reason: its amount as shown, and where its bar stands in a drawing 100 wide."""

    title: str
    amount: str
    note: str
    x: str
    width: str
    sign: str


@dataclass(frozen=True)
class Moved:
    """One of those that moved most, and what that was made of."""

    name: str
    link: str
    before: str
    now: str
    change: str
    reasons: list[str]


@dataclass(frozen=True)
class Changes:
    """The shown reasons add up to the shown change; `headline` says it in a sentence."""

    change: str
    before: str
    now: str
    headline: str
    bars: list[Bar]
    movers: list[Moved]
    titles: list[str]
    part: Part


def changes_of(reading: Reading, prices: list[Price]) -> Changes | None:
    """None where there is nothing to compare with."""
    before, now = reading.lines_before, reading.lines
    if not before or not now:
        return None
    newest = {price.model: price for price in prices if price.tier == Tier.STANDARD}
    effects = what_changed(before, now, newest)
    total_before = reading.sums_before.amount.quantize(Decimal(1).scaleb(-reading.places))
    change = reading.total - total_before
    amounts = apportioned([effect.amount for effect in effects], reading.places, change)
    reasons = [effect.reason for effect in effects]
    part = _part(reading)
    return Changes(
        change=signed(change),
        before=dollars(total_before),
        now=reading.total_shown,
        headline=_headline(change, dict(zip(reasons, amounts, strict=True))),
        bars=[
            _bar(effect.title, amount, effect.note, max(map(abs, amounts)))
            for effect, amount in zip(effects, amounts, strict=True)
        ],
        movers=[
            _moved(reading, part, mover, reasons)
            for mover in top_movers(before, now, by=KEYS[part], prices=newest)
        ],
        titles=[TITLES[reason] for reason in reasons],
        part=part,
    )


def _part(reading: Reading) -> Part:
    """Tenants move where there are several, else models."""
    return Part.TENANT if len(reading.scope.tenants) > 1 else Part.MODEL


def _headline(change: Decimal, amounts: dict[Reason, Decimal]) -> str:
    """The main reason in the direction of the change."""
    if not change:
        return "Spending is the same as before."
    towards = {reason: amount for reason, amount in amounts.items() if amount * change > 0}
    if not towards:
        return "Spending is about the same as before."
    reason = max(towards, key=lambda one: abs(towards[one]))
    went = "more" if change > 0 else "less"
    return f"{dollars(abs(change))} {went} than before, mostly because of {SAID[reason, went]}."


SAID = {
    (Reason.VOLUME, "more"): "more calls",
    (Reason.VOLUME, "less"): "fewer calls",
    (Reason.MIX, "more"): "dearer models in the mix",
    (Reason.MIX, "less"): "cheaper models in the mix",
    (Reason.TOKENS, "more"): "more tokens in a call",
    (Reason.TOKENS, "less"): "fewer tokens in a call",
    (Reason.PRICE, "more"): "higher prices",
    (Reason.PRICE, "less"): "lower prices",
    (Reason.OTHER, "more"): "corrections",
    (Reason.OTHER, "less"): "corrections",
}


def _bar(title: str, amount: Decimal, note: str, largest: Decimal) -> Bar:
    width = HALF * abs(amount) / largest if largest else Decimal(0)
    x = HALF - width if amount < 0 else Decimal(HALF)
    sign = "less" if amount < 0 else "more"
    return Bar(title, signed(amount), note, f"{x:.1f}", f"{width:.1f}", sign)


def _moved(reading: Reading, part: Part, mover: Mover, reasons: list[Reason]) -> Moved:
    places = reading.places
    unit = Decimal(1).scaleb(-places)
    before, now = mover.before.quantize(unit), mover.now.quantize(unit)
    amounts = apportioned([mover.effects[reason] for reason in reasons], places, now - before)
    name = reading.name_of(part, mover.key)
    slugs = {tenant.pk: tenant.slug for tenant in reading.scope.tenants}
    value = next((slug for pk, slug in slugs.items() if pk == mover.key), str(mover.key))
    return Moved(
        name=name,
        link=reading.asked.link(**{part.value: value}),
        before=dollars(before),
        now=dollars(now),
        change=signed(now - before),
        reasons=[signed(amount) if amount else "" for amount in amounts],
    )
