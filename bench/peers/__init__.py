"""How each contender is set up and used, as its own documentation says."""
