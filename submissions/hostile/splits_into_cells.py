# Spreads its waste over many cells, each within its time. Contained: all cells together have a limit.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
import time; time.sleep(1.5)
# %%
ex1_nonnegative, ex1_larger = True, 'equal'
