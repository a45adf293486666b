"""How long staff wait for a list of a million conversations, and for one of them."""
