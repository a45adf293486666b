"""The books as files."""
