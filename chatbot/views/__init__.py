"""Pages and endpoints of the front door."""
