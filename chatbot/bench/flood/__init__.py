"""A thousand bots at one tenant: what it pays, and what everybody else notices."""
