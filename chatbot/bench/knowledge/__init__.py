"""`bench knowledge`: how fast pages come in, whether the right one is found, and how fast."""
