# %% tags=["ex5", "5a"]
def ex5_tv(theta):
    return abs(theta - 0.5) + abs((1 - theta) - 0.5)


# %% tags=["ex5", "5d"]
ex5_at_001 = [None, None, ex5_tv(0.01), None]
