"""How ledger lines add up: one expression per figure, shared by whoever reads or folds them."""

from billing.models.ledger import LedgerEntry

# What tells one line of a report from another, in the order of reports.
KEYS = ("day", "tenant_id", "model", "purpose", "persona_label")

_ANSWERED = ", ".join(f"'{outcome}'" for outcome in LedgerEntry.ANSWERED)
_CALLS = "FILTER (WHERE line.kind = 'call'"
# Over ledger lines named `line`; corrections are in the amounts and in no count.
SUMS = {
    "calls": f"count(*) {_CALLS})",
    "amount": "sum(line.amount)",
    "input_tokens": "sum(line.input_tokens)",
    "cached_tokens": "sum(line.cached_tokens)",
    "cache_write_tokens": "sum(line.cache_write_tokens)",
    "output_tokens": "sum(line.output_tokens)",
    "reasoning_tokens": "sum(line.reasoning_tokens)",
    "errors": f"count(*) {_CALLS} AND line.outcome NOT IN ({_ANSWERED}))",
    "exact": f"count(*) {_CALLS} AND line.certainty = 'exact')",
    "estimated": f"count(*) {_CALLS} AND line.certainty = 'estimated')",
    "unknown": f"count(*) {_CALLS} AND line.certainty = 'unknown')",
    "estimated_amount": "coalesce(sum(line.amount) FILTER (WHERE line.certainty = 'estimated'), 0)",
    "unknown_amount": "coalesce(sum(line.amount) FILTER (WHERE line.certainty = 'unknown'), 0)",
    "corrected_amount": "coalesce(sum(line.amount) FILTER (WHERE line.kind = 'correction'), 0)",
}
AMOUNTS = ("amount", "estimated_amount", "unknown_amount", "corrected_amount")

# The same over one conversation.
CONVERSATION_SUMS = {
    "calls": SUMS["calls"],
    "tokens": "sum(line.input_tokens + line.output_tokens)",
    "amount": SUMS["amount"],
}
