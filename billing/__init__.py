"""The till: prices, holds, the ledger and the reports; imports conversations only."""
