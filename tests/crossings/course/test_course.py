"""The course of this repository has the parts, answers and points that its students were promised."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course import Course
from grader.judge.rules import rule_of
from grader.oracle import KnownNames
from grader.reference import Reference
from grader.spec import find_course, load_course

COURSE = Path(__file__).resolve().parents[3]
PARTS = {
    "1a": 3, "1b": 2, "1c": 2, "1d": 3,
    "2a": 4, "2b": 3, "2c": 2, "2d": 3,
    "3a": 4, "3b": 5, "3c": 3,
    "4a": 2, "4b": 4, "4c": 2, "4d": 4,
    "5a": 6, "5b": 2, "5c": 3, "5d": 3,
    "6a": 4, "6b": 4, "6c": 3, "6d": 2,
    "7a": 4, "7b": 3, "7c": 4, "7d": 3,
    "8a": 2, "8b": 2, "8c": 4, "8d": 3, "8e": 2,
}  # fmt: skip

# part, answer, kind, points
ANSWERS = """
1a ex1_kl function 1
1a ex1_kl_pq number 0.5
1a ex1_kl_qp number 0.5
1a ex1_kl_pq_exact expression 1
1b ex1_nonnegative bool 1
1b ex1_larger choice 1
1c ex1_r array 1
1c ex1_r_unique bool 1
1d ex1_jensen_points array 0.5
1d ex1_jensen_lhs number 0.25
1d ex1_jensen_rhs number 0.25
1d ex1d_text text 2
2a ex2_kl_gaussian function 2
2a ex2a_text text 2
2b ex2_kl_12 number 1
2b ex2_kl_21 number 1
2b ex2_equal bool 1
2c ex2_kl_equal_var function 2
2d ex2_kl_to_standard function 2
2d ex2_kl_at_standard number 1
3a ex3_mu_star number 1
3a ex3_var_star number 1
3a ex3a_text text 2
3b ex3_mu_grid array 1
3b ex3_reverse_kl array 3
3b ex3_minima array 1
3b ex3_var_q number 0
3c ex3_direction choice 1
3c ex3c_text text 2
4a ex4_kl_joint number 2
4b ex4_kl_marginal number 1
4b ex4_kl_conditional number 1
4b ex4_chain_rule function 2
4c ex4_gap number 1
4c ex4_chain_rule_holds bool 1
4d ex4_dominant choice 2
4d ex4d_text text 2
5a ex5_kl function 1
5a ex5_reverse_kl function 1
5a ex5_tv function 1
5a ex5_jsd function 1
5a ex5_figure figure 2
5b ex5_pinsker_slack function 1
5b ex5_pinsker_holds bool 1
5c ex5_symmetric set 1
5c ex5_bounded set 1
5c ex5_asymmetric set 1
5d ex5_at_001 array 2
5d ex5d_text text 1
6a ex6_elbo function 4
6b ex6_reconstruction function 2
6b ex6_kl_term function 2
6c ex6_phi_star number 2
6c ex6c_text text 1
6d ex6_phi_limit number 0.5
6d ex6_collapse bool 0.5
6d ex6d_text text 1
7a ex7_policy function 2
7a ex7a_text text 2
7b ex7_kl_at_optimum function 2
7b ex7b_text text 1
7c ex7_dpo_loss function 2
7c ex7c_text text 2
7d ex7_pi_star array 2
7d ex7_kl_star number 1
8a ex8_p_T array 1
8a ex8_p_S array 1
8b ex8_kl_TS number 1
8b ex8_kl_ST number 1
8c ex8_p_T_tau array 0.5
8c ex8_p_S_tau array 0.5
8c ex8_kl_TS_tau number 0.5
8c ex8_kl_ST_tau number 0.5
8c ex8_forward_kl_change choice 0.5
8c ex8_reverse_kl_change choice 0.5
8c ex8c_text text 1
8d ex8_loss number 3
8e ex8e_text text 2
"""
ARGUMENTS = {
    "ex1_kl": ("p", "q"),
    "ex2_kl_gaussian": ("mu1", "var1", "mu2", "var2"),
    "ex2_kl_equal_var": ("mu1", "mu2", "var"),
    "ex2_kl_to_standard": ("mu", "var"),
    "ex4_chain_rule": ("P", "Q"),
    "ex5_kl": ("theta",),
    "ex5_reverse_kl": ("theta",),
    "ex5_tv": ("theta",),
    "ex5_jsd": ("theta",),
    "ex5_pinsker_slack": ("theta",),
    "ex6_elbo": ("phi",),
    "ex6_reconstruction": ("phi",),
    "ex6_kl_term": ("phi",),
    "ex7_policy": ("pi_ref", "reward", "beta"),
    "ex7_kl_at_optimum": ("pi_ref", "reward", "beta"),
    "ex7_dpo_loss": ("logp_w", "logp_l", "ref_logp_w", "ref_logp_l", "beta"),
}
CHOICES = {
    "ex1_larger": {"pq", "qp", "equal"},
    "ex3_direction": {"forward", "reverse"},
    "ex4_dominant": {"marginal", "conditional"},
    "ex5_symmetric": {"kl", "reverse_kl", "tv", "jsd"},
    "ex5_bounded": {"kl", "reverse_kl", "tv", "jsd"},
    "ex5_asymmetric": {"kl", "reverse_kl", "tv", "jsd"},
    "ex8_forward_kl_change": {"increases", "decreases"},
    "ex8_reverse_kl_change": {"increases", "decreases"},
}
SHAPES = {
    "ex1_r": (4,),
    "ex1_jensen_points": (4,),
    "ex3_minima": (2,),
    "ex7_pi_star": (2,),
    "ex8_p_T": (3,),
    "ex8_p_S": (3,),
    "ex8_p_T_tau": (3,),
    "ex8_p_S_tau": (3,),
}


@pytest.fixture(scope="module")
def course() -> Course:
    """Return the course of this repository."""
    return load_course(find_course(COURSE))


def sum_points(course: Course) -> dict[str, Fraction]:
    """Return the points of each rule's checks together, by rule."""
    points: dict[str, Fraction] = defaultdict(Fraction)
    for exercise in course.exercises:
        for part in exercise.parts:
            for check in part.checks:
                points[check.rule] += check.points
    return points


def test_a_hundred_points_of_which_a_human_gives_twenty_one(course: Course) -> None:
    """79 points are decided by the grader, 21 with 13 rubrics."""
    points = sum_points(course)
    assert sum(points.values()) == 100
    assert points["text"] == 21
    assert len(course.rubrics) == 13
    assert sum(rubric.points for rubric in course.rubrics) == 21


def test_parts_have_the_promised_points(course: Course) -> None:
    """The parts, in order, with their points."""
    parts = {part.id: part.points for exercise in course.exercises for part in exercise.parts}
    assert list(parts.items()) == list(PARTS.items())


def test_answers_have_the_promised_kinds_and_points(course: Course) -> None:
    """The answers of each part, in order, with kind and points."""
    answers = [
        (part.id, answer.name, answer.kind, sum(check.points for check in part.checks if check.answer == answer.name))
        for exercise in course.exercises
        for part in exercise.parts
        for answer in part.answers
    ]
    rows = [line.split() for line in ANSWERS.strip().splitlines()]
    assert answers == [(part, name, kind, Fraction(points)) for part, name, kind, points in rows]


def test_forms_of_answers_are_the_promised_ones(course: Course) -> None:
    """Parameters of functions, choices, shapes, and the one answer that may be left out."""
    answers = [answer for exercise in course.exercises for part in exercise.parts for answer in part.answers]
    assert {answer.name: answer.arguments for answer in answers if answer.kind == "function"} == ARGUMENTS
    assert {answer.name: set(answer.choices) for answer in answers if answer.choices} == CHOICES
    shapes = {answer.name: answer.shape for answer in answers if answer.shape}
    assert {name: shapes.get(name) for name in SHAPES} == SHAPES
    assert [answer.name for answer in answers if answer.optional] == ["ex3_var_q"]


def test_every_name_of_the_courses_own_code_exists() -> None:
    """The names under `theorem`, `inputs` and `by` are those that its code defines."""
    folder = find_course(COURSE)
    load_course(folder, known=KnownNames(Reference(folder)))


def test_nothing_of_the_courses_own_code_stands_unused(course: Course) -> None:
    """Each generator, invariant and rule is named by some check, or by an answer that students may try."""
    parts = [part for exercise in course.exercises for part in exercise.parts]
    checks = [check for part in parts for check in part.checks]
    named = {(one.catalogue, one.name) for check in checks for one in rule_of(check).names(check)}
    named |= {("inputs", answer.examples) for part in parts for answer in part.answers if answer.examples}
    known = KnownNames(Reference(COURSE)).catalogues
    for catalogue in ("inputs", "rules"):
        assert known[catalogue] == {name for what, name in named if what == catalogue}
    assert {one.name for one in course.file.invariants} == {name for what, name in named if what == "invariants"}
    assert {one.name for one in course.file.invariants} <= set(known["invariants"] or ())
    assert {one.code for one in course.file.mistakes} == {name for what, name in named if what == "catalogue"}
