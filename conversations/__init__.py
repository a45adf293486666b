"""The ground floor: tenants, who said what, the log, the hint; imports nothing of ours."""
