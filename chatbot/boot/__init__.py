"""From a fresh machine to a running product; nothing here needs Django to be imported."""
