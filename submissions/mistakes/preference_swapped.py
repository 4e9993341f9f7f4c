# %% tags=["ex7", "7c"]
import numpy as np


def ex7_dpo_loss(logp_w, logp_l, ref_logp_w, ref_logp_l, beta):
    margin = beta * ((logp_l - ref_logp_l) - (logp_w - ref_logp_w))
    return np.logaddexp(0, -margin)
