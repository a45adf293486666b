"""What the reports ask the books."""
