"""How the product does: for load balancers, for monitoring, for people."""
