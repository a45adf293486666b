"""The frame, the front door and the engine; nothing outside this package imports it.

Importing the package itself costs nothing: `manage.py` reads `chatbot.boot`
with the bare Python of a fresh machine, before anything is installed.
"""
