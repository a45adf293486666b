"""Tell tenants' own systems what happens in their conversations."""
