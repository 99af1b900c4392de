"""Extensions: they only watch."""
