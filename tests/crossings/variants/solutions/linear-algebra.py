# %% tags=["linear-algebra", "rank"]
def la_solve_lower(L, b):
    return np.linalg.solve(L, b)


la_product = A @ B
la_x = np.linalg.solve(A, b)
la_eigenvalues = np.linalg.eigvals(A)
la_spectral_radius = np.abs(la_eigenvalues).max()
la_singular_values = np.linalg.svd(A)[1]
la_V = np.linalg.svd(A)[2].T
la_condition = np.linalg.cond(A)
la_rank = 2
