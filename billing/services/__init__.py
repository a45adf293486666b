"""What changes the books."""
