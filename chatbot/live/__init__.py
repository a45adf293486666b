"""Sockets; with the worker's loop, the only async code."""
