"""The demonstration tenant: a shop, its help pages, and a month of talks."""
