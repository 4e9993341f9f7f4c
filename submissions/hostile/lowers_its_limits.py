# Lowers its own limit on processor time, so that the kernel kills it as if the machine had. Contained: its own end.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import resource

resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
while True:
    pass
