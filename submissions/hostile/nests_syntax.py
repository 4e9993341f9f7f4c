# Nests parentheses and operators deeper than a parser likes. Contained: an exception, or the end of its own process.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
for source in ("(" * 5000 + ")" * 5000, "-" * 100_000 + "1", "a" + ".a" * 100_000, "lambda:" * 3000 + "1", "1" + "+1" * 100_000):
    try:
        compile(source, "deep", "eval")
    except (SyntaxError, RecursionError, MemoryError):
        pass
