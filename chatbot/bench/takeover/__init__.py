"""People who take conversations over while the bot writes in them."""
