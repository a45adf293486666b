"""What strangers try, against the doors as they stand."""
