"""Shows a `Report`: text, JSON. Escapes everything that came from a student."""
