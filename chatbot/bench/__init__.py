"""Measures the product against its peers and its raw limits, on real parts."""
