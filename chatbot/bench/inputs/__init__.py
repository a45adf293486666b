"""Whatever is sent is answered, and nothing that was taken is lost."""
