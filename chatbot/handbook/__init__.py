"""The documentation in `docs/`, as this server shows it."""
