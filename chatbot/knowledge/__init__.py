"""What the bot knows: documents in passages, and the passages for a question."""
