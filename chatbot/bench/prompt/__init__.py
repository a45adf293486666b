"""The bench of long conversations."""
