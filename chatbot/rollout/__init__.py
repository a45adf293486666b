"""Canaries: who gets which arm, how the arms compare, and when one is rolled back."""
