# %% tags=["ex1", "1d"]
from fractions import Fraction


def ex1_kl(p, q):
    p, q = np.asarray(p, dtype=float), np.asarray(q, dtype=float)
    if (q[p > 0] == 0).any():
        return np.inf
    return float(np.sum(p[p > 0] * np.log(p[p > 0] / q[p > 0])))


ex1_kl_pq, ex1_kl_qp = ex1_kl(p, q), ex1_kl(q, p)
ex1_kl_pq_exact = " + ".join(f"{Fraction(str(a))} * log({Fraction(str(a)) / Fraction(str(b))})" for a, b in zip(p, q))
ex1_nonnegative, ex1_larger = True, "equal"
ex1_r, ex1_r_unique = p, True
ex1_jensen_points = q / p
ex1_jensen_lhs = -np.dot(p, np.log(ex1_jensen_points))
ex1_jensen_rhs = 0.0
