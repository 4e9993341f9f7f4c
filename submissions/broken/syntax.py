def ex1_kl(p, q:
    return 0.0


ex1_larger = 'equal'
ex1_r_unique = True
