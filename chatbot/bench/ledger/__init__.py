"""`bench ledger`: whether the books equal the provider's own count while workers die."""
