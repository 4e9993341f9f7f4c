# %% tags=["ex8", "8c"]
# The teacher is softened, the student is what it is.
import numpy as np
from scipy.special import rel_entr, softmax

z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])
soft_teacher, student = softmax(z_T / 3), softmax(z_S)
ex8_kl_TS_tau = rel_entr(soft_teacher, student).sum()
ex8_kl_ST_tau = rel_entr(student, soft_teacher).sum()

# %% tags=["ex8", "8d"]
# not from the variable of part (c), where the divergence is known, but written out again
ex8_loss = 0.7 * np.sum(soft_teacher * np.log(soft_teacher / student)) - 0.3 * np.log(student[0])
