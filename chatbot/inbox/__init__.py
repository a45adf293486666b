"""The list of conversations: what it is searched by, and how that is kept."""
