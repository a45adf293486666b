"""`bench answers`: whether the bot finds, answers, cites, and says when it does not know."""
