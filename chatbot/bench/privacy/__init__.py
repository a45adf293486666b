"""`bench privacy`: what is kept of a visitor can be handed out and erased, whole."""
