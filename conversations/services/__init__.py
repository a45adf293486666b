"""What changes conversations; each function is one transaction or part of one."""
