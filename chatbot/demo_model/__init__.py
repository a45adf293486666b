"""An OpenAI-compatible server that answers from the passages it is given.

It serves the run without a key, the tests and the benches. It imports nothing
else of this repository and needs no database, so no fault injected elsewhere
can touch what it counted.
"""
