"""Tools: what is offered, checked, asked for, and done."""
