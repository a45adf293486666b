"""A line without a scale that shows which way a figure goes."""

from collections.abc import Sequence
from decimal import Decimal

WIDTH, HEIGHT = 100, 24
# so that a thick line is not cut off at its turns
MARGIN = 2


def points_of(values: Sequence[Decimal | int | None]) -> str:
    """The `points` of a polyline in a drawing of WIDTH by HEIGHT, zero at the bottom.

    What is not known is left out; nothing where there are less than two
    values, or only zeros.
    """
    known = [(n, Decimal(value)) for n, value in enumerate(values) if value is not None]
    if len(known) < 2 or not any(value for _, value in known):
        return ""
    highest = max(value for _, value in known)
    lowest = min(Decimal(0), *(value for _, value in known))
    room = Decimal(HEIGHT - 2 * MARGIN)
    points = []
    for n, value in known:
        x = n * WIDTH / (len(values) - 1)
        y = HEIGHT - MARGIN - room * (value - lowest) / (highest - lowest)
        points.append(f"{x:.1f},{y:.1f}")
    return " ".join(points)
