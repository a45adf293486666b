"""`bench words`: listed words in every disguise, and clean texts."""
