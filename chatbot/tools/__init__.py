"""What the bot may do at a tenant's systems: offered, checked, carried out, written down."""
