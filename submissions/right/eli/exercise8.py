# %% tags=["ex8"]
import numpy as np

z_T, z_S = np.array([3, 1, -2]), np.array([2, 0, -1])

def softmax(z, tau):
    e = np.exp(z / tau)
    return e / e.sum()

def divergence(a, b):
    return np.sum(a * np.log(a / b))

ex8_p_T, ex8_p_S = softmax(z_T, 1), softmax(z_S, 1)
ex8_kl_TS, ex8_kl_ST = divergence(ex8_p_T, ex8_p_S), divergence(ex8_p_S, ex8_p_T)
ex8_p_T_tau, ex8_p_S_tau = softmax(z_T, 3), softmax(z_S, 3)
ex8_kl_TS_tau, ex8_kl_ST_tau = divergence(ex8_p_T_tau, ex8_p_S_tau), divergence(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change = "increases"
ex8_reverse_kl_change = "decreases"
ex8_loss = 0.7 * ex8_kl_TS_tau + 0.3 * (-np.log(ex8_p_S[0]))

# %% [markdown] tags=["ex8c_text"]
# With τ = 3 both vectors are flatter and hold more about the wrong classes (the entropy rises). The forward KL nevertheless goes up a little, from 0.0252 to 0.0260, while the reverse goes down; so higher temperature does not simply shrink the KL.
# %% [markdown] tags=["ex8e_text"]
# Forward KL weighs the log-ratio with the teacher's probabilities, so the student is punished wherever the teacher has mass and the student has little: it must cover all classes, the unlikely ones too. That ranking of the wrong classes is the dark knowledge. Reverse KL would let the student sit on the teacher's top class and forget the rest.
