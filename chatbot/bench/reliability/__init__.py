"""The fault table, injected into the running product under load and judged by four logs."""
