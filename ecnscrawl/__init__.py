"""ecnscrawl: a news crawler whose JSON Lines can be trusted without looking."""
