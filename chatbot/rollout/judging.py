"""Whether a canary is worse than what is usual: rule by rule, and how sure that is."""

from dataclasses import dataclass

from chatbot.models import Rollout
from chatbot.rollout.figures import FEW_TURNS, Arm, arms_of, before
from chatbot.rollout.intervals import Interval, mean, means_apart, share, shares_apart

# Cost is told apart from chance only with some replies on both sides.
LEAST_PRICED = 20
# With fewer usual turns than this a canary's errors are judged by themselves.
LEAST_USUAL = 5


@dataclass(frozen=True)
class Sign:
    """One figure of both arms, how far they are apart, and whether that passes its limit.

    `apart` is in points of a share, or in percent of the usual cost. `limit`
    is None where no rule looks at the figure.
    """

    name: str
    new: Interval | None
    usual: Interval | None
    apart: Interval | None
    limit: int | None
    is_money: bool = False

    @property
    def is_worse(self) -> bool:
        """Whether even the lower bound of the difference passes the limit."""
        return self.limit is not None and self.apart is not None and self.apart.low > self.limit

    @property
    def in_words(self) -> str:
        """A sentence for whoever asks why."""
        if self.apart is None or self.new is None:
            return f"{self.name}: too little is known yet."
        unit = "%" if self.is_money else "points"
        return (
            f"{self.name} is {self.apart.value:.0f} {unit} higher than usual, and surely more than "
            f"{self.apart.low:.0f}; {self.limit} are allowed."
        )


@dataclass(frozen=True)
class Comparison:
    """Both arms, side by side.

    `with_before` says that turns before the canary count as usual ones,
    because there are few beside it.
    """

    new: Arm
    usual: Arm
    signs: list[Sign]
    with_before: bool

    @property
    def broken(self) -> list[Sign]:
        """The rules that the canary breaks."""
        return [sign for sign in self.signs if sign.is_worse]


def compare(rollout: Rollout) -> Comparison:
    """The canary's arms as they stand now."""
    new, usual = arms_of(rollout)
    with_before = usual.turns < FEW_TURNS
    if with_before:
        usual = _together(usual, before(rollout))
    return Comparison(new, usual, signs_of(rollout, new, usual), with_before)


def signs_of(rollout: Rollout, new: Arm, usual: Arm) -> list[Sign]:
    """Each figure that is compared; those with a rule first."""
    sure = float(rollout.confidence) / 100
    return [
        _share(
            "Error rate", sure, rollout.most_errors, (new.failed, new.turns),
            (usual.failed, usual.turns), alone=True,
        ),
        _cost("Cost of a reply", sure, rollout.most_cost, new, usual),
        _share(
            "Thumbs down", sure, rollout.most_thumbs_down, (new.thumbs_down, new.thumbs),
            (usual.thumbs_down, usual.thumbs),
        ),
        _share(
            "Hand-offs", sure, rollout.most_handed_off, (new.handed_off, new.conversations),
            (usual.handed_off, usual.conversations),
        ),
        _cost_of_conversation("Cost of a conversation", sure, new, usual),
    ]  # fmt: skip


def _share(
    name: str,
    sure: float,
    limit: int | None,
    new: tuple[int, int],
    usual: tuple[int, int],
    *,
    alone: bool = False,
) -> Sign:
    ours, others = share(*new, sure), share(*usual, sure)
    apart = shares_apart(*new, *usual, sure)
    if alone and ours and usual[1] < LEAST_USUAL:
        # Bounds of two turns are as wide as can be. Errors are bad enough by themselves, unless
        # those few failed as well.
        base = others.value if others else 0.0
        apart = Interval(ours.value - base, ours.low - base, ours.high - base)
    return Sign(name, _percent(ours), _percent(others), _percent(apart), limit)


def _cost(name: str, sure: float, limit: int | None, new: Arm, usual: Arm) -> Sign:
    ours, others = mean(new.by_reply, sure), mean(usual.by_reply, sure)
    apart = None
    if min(new.turns, usual.turns) >= LEAST_PRICED and usual.by_reply.mean > 0:
        apart = _in_percent(means_apart(new.by_reply, usual.by_reply, sure), usual.by_reply.mean)
    return Sign(name, ours, others, apart, limit, is_money=True)


def _cost_of_conversation(name: str, sure: float, new: Arm, usual: Arm) -> Sign:
    one, other = new.by_conversation, usual.by_conversation
    apart = means_apart(one, other, sure) if other.mean > 0 else None
    return Sign(
        name,
        mean(one, sure),
        mean(other, sure),
        _in_percent(apart, other.mean),
        None,
        is_money=True,
    )


def _percent(one: Interval | None) -> Interval | None:
    return one and Interval(100 * one.value, 100 * one.low, 100 * one.high)


def _in_percent(one: Interval | None, of: float) -> Interval | None:
    return one and _percent(Interval(one.value / of, one.low / of, one.high / of))


def _together(one: Arm, other: Arm) -> Arm:
    names = Arm.__dataclass_fields__
    return Arm(**{name: getattr(one, name) + getattr(other, name) for name in names})
