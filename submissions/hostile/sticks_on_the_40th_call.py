# Its function never returns, from the 20th call on and deaf to interrupts. Contained: killed, earlier answers kept.
# %% tags=["ex1", "1c"]
ex1_r, ex1_r_unique = [0.4, 0.3, 0.2, 0.1], True

# %% tags=["ex2"]
import time

calls = 0


def ex1_kl(p, q):
    global calls
    calls += 1
    end = time.monotonic() + (8 if calls >= 20 else 0)
    while time.monotonic() < end:
        try:
            time.sleep(1)
        except BaseException:
            pass
    return 0.0
