"""`bench widget`: what the widget costs the page that carries it, beside two others from npm."""
