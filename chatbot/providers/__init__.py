"""The only place that knows OpenAI."""
