"""What may go to a model, and what may be shown of its answer."""
