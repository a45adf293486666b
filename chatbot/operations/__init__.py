"""What whoever hosts the product does with it: look it over, back it up, bring it back."""
