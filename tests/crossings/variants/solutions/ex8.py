# %% tags=["ex8", "8d"]
def softmax(z, temperature=1.0):
    e = np.exp((z - z.max()) / temperature)
    return e / e.sum()


def kl(p, q):
    return float((p * np.log(p / q)).sum())


ex8_p_T, ex8_p_S = softmax(z_T), softmax(z_S)
ex8_kl_TS, ex8_kl_ST = kl(ex8_p_T, ex8_p_S), kl(ex8_p_S, ex8_p_T)
ex8_p_T_tau, ex8_p_S_tau = softmax(z_T, tau), softmax(z_S, tau)
ex8_kl_TS_tau, ex8_kl_ST_tau = kl(ex8_p_T_tau, ex8_p_S_tau), kl(ex8_p_S_tau, ex8_p_T_tau)
ex8_forward_kl_change = "increases" if ex8_kl_TS_tau > ex8_kl_TS else "decreases"
ex8_reverse_kl_change = "increases" if ex8_kl_ST_tau > ex8_kl_ST else "decreases"
ex8_loss = weight * ex8_kl_TS_tau - (1 - weight) * np.log(ex8_p_S[0])
