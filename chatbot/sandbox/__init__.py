"""Try another wording, model or knowledge where no visitor sees it."""
