"""`--design naive`: a prefork worker sends every token through a Redis channel layer."""
