"""`bench redteam`: a model that obeys every attacker, and what it can do with that."""
