"""`bench reports`: reports on a ledger of ten million lines, while it is written."""
