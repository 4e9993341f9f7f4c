"""The mathematics of the course: divergences, Gaussians, policies, and the answers of each exercise.

Knows numpy and scipy, works in nats, is honest at the edges (`+inf` where a divergence is infinite, `ValueError` where
the input is no distribution). Must never know grader, a submission, points or tolerances.
"""
