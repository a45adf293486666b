"""Is the house locked: headers, reviewed code, addresses inside, secrets in logs."""
