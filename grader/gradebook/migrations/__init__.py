"""The history of the schema. A migration that was released never changes; a new one is added after it."""
