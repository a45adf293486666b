"""Other ways to build it, as small honest programs that run beside the product.

Each speaks the same plain protocol: the visitor sends a question as text
and gets `{"text": …}` for every token, then `{"end": true}`. None of them
stores anything, which flatters it. They ask the demo model with the
official SDK.
"""
