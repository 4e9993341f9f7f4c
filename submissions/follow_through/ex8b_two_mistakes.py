# %% tags=["ex8"]
import numpy as np

ex8_p_T = np.array([0.8, 0.15, 0.05])  # guessed
ex8_p_S = np.array([0.7, 0.2, 0.1])
ex8_kl_TS = np.sum(ex8_p_T * np.log2(ex8_p_T / ex8_p_S))  # in bits
ex8_kl_ST = np.sum(ex8_p_T * np.log(ex8_p_T / ex8_p_S))  # the wrong way round
