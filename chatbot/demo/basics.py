"""The demo shop's evaluation set: what every version of its bot must be able to answer."""

from chatbot.models import EvaluationSet
from chatbot.sandbox.sets import add_case
from conversations.models import Tenant

CASES: list[tuple[str, str, list[str]]] = [
    (
        "How long does delivery take?",
        "The days of standard delivery, from the page about it.",
        ["cites: deliver", r"matches: \d", "cost: 0.01"],
    ),
    (
        "How do I return an order?",
        "The steps, from the page about returns.",
        ["cites: return", "refuses: no", "tokens: 300"],
    ),
    ("退货期限是多久？", "页面上的天数。", ["cites: 退", "refuses: no"]),
    (
        "Which penguin is the tallest?",
        "That it does not know; nothing is made up.",
        ["refuses", "lacks: the tallest is"],
    ),
]


def store_set(tenant: Tenant) -> EvaluationSet:
    """The shop has its set; asking it needs nothing but the demo model."""
    basics = EvaluationSet.objects.create(
        tenant=tenant, name="Basics", about="What every version must answer", threshold=75
    )
    for question, expected, rules in CASES:
        add_case(basics, question, expected, rules=rules)
    return basics
