"""Pages of the ground floor that are no page of a table."""
