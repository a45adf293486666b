"""Text is split and counted as the model's tokenizer has it."""

from chatbot.demo_model.tokens import PromptCache, encode, encode_prompt, split


def test_the_pieces_are_the_text_and_as_many_tokens_as_it_has() -> None:
    text = "Returns — 您可以退货 🧑‍🚀 within 30 days."
    pieces = split(text)
    assert "".join(piece.text for piece in pieces) == text
    assert sum(piece.tokens for piece in pieces) == len(encode(text))
    assert max(piece.tokens for piece in pieces) > 1  # some character took several


def test_a_limit_inside_a_character_bills_it_and_hides_it() -> None:
    whole = split("🧑‍🚀🧑‍🚀")
    cut = split("🧑‍🚀🧑‍🚀", limit=1)
    assert whole[0].tokens > 1
    assert [(piece.text, piece.tokens) for piece in cut] == [("", 1)]


def test_a_prompt_counts_three_for_each_message_and_three_for_the_reply() -> None:
    assert len(encode_prompt([("user", "hello")])) == 3 + 1 + 1 + 3
    assert len(encode_prompt([("system", "a"), ("user", "b")])) == 5 + 5 + 3


def test_only_an_equal_prefix_of_1024_tokens_is_cached_in_steps_of_128() -> None:
    cache = PromptCache()
    ids = list(range(1500))
    assert cache.cached_tokens("demo-1", "", ids) == 0
    assert cache.cached_tokens("demo-1", "", ids) == 1408
    assert cache.cached_tokens("demo-1", "", [*ids[:1200], *range(9000, 9300)]) == 1152
    assert cache.cached_tokens("demo-1", "", [*ids[:1000], *range(9000, 9500)]) == 0
    assert cache.cached_tokens("demo-1", "other", ids) == 0
    assert cache.cached_tokens("demo-1-mini", "", ids) == 0


def test_the_cache_forgets_the_oldest_prompts() -> None:
    cache = PromptCache(blocks=10)
    cache.cached_tokens("demo-1", "", list(range(1280)))
    cache.cached_tokens("demo-1", "", list(range(5000, 6280)))
    assert cache.cached_tokens("demo-1", "", list(range(1280))) == 0
