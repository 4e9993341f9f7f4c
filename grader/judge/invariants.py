"""The theorems of the course, asked of the student's own answers. No reference value is needed, and none is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from types import MappingProxyType

from grader.errors import CourseError, Problem
from grader.inputs import DOMAINS
from grader.judge import divergence_claims as divergences
from grader.judge import model_claims as models
from grader.judge.claims import CannotTell, Claim, Floats, Names, Slack, show_call
from grader.judge.evidence import Answers
from grader.judge.values import Numbers, Refusal, read_number, read_numbers
from grader.judge.verdict import Verdict, blocked, failed, lost, missing, passed
from grader.model import Call, CallResult, NoResult, Raised, Returned, Value
from grader.spec.model import InvariantCheck

STUDENT_SLACK = Slack(1e-6)  # the tolerance of functions; 1e-6 absolute and relative
MANY = 99
DIVERGENCES = (
    "distribution_pairs",
    "gaussian_pairs",
    "gaussian_equal_variance",
    "gaussian_to_standard",
    "bernoulli_thetas",
)


@dataclass(frozen=True)
class Theorem:
    """A theorem of the course. `takes` is how many names it may be asked of, at least and at most.

    `title` is its name, small unless a person's. `statement` finishes the sentence that shows a student the
    counterexample. `domains` are the generators whose functions it speaks of; without any it may be asked of plain
    values, too.
    """

    title: str
    statement: str
    takes: tuple[int, int]
    claims: Callable[[Names], tuple[Claim, ...]]
    domains: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Return the title as it begins a sentence."""
        return self.title[:1].upper() + self.title[1:]

    def calls(self, names: Names) -> Mapping[str, tuple[Call, ...]]:
        """Return the calls that the theorem needs of each name, the simplest first; none of a plain value."""
        needed: dict[str, dict[Call, None]] = {name: {} for name in names}
        for claim in list_claims(self, names):
            for name, call in claim.needs:
                if call is not None:
                    needed[name][call] = None
        return {name: tuple(calls) for name, calls in needed.items()}


@cache  # the same for every student
def list_claims(theorem: Theorem, names: Names) -> tuple[Claim, ...]:
    """Return the instances of a theorem about these names, the simplest first."""
    return theorem.claims(names)


THEOREMS: dict[str, Theorem] = {
    "non_negativity": Theorem(
        "Gibbs' inequality",
        "a divergence is never negative",
        (1, MANY),
        divergences.claim_non_negativity,
    ),
    "zero_iff_equal": Theorem(
        "equality in Gibbs' inequality",
        "a divergence is zero exactly where the two distributions are equal",
        (1, 1),
        divergences.claim_zero_iff_equal,
        DIVERGENCES,
    ),
    "additivity": Theorem(
        "additivity",
        "the divergences of independent variables add up",
        (1, 1),
        divergences.claim_additivity,
        ("distribution_pairs",),
    ),
    "data_processing": Theorem(
        "data-processing inequality",
        "merging outcomes can only make two distributions harder to tell apart",
        (1, 1),
        divergences.claim_data_processing,
        ("distribution_pairs",),
    ),
    "joint_convexity": Theorem(
        "joint convexity",
        "the divergence of a mixture of pairs is at most the mixture of the divergences",
        (1, 1),
        divergences.claim_joint_convexity,
        ("distribution_pairs",),
    ),
    "relabelling_symmetry": Theorem(
        "symmetry under relabelling",
        "exchanging the names of the two outcomes leaves the fair coin as it is, so the two must be equal",
        (1, 1),
        divergences.claim_relabelling_symmetry,
        ("bernoulli_thetas",),
    ),
    "pinsker": Theorem(
        "Pinsker's inequality",
        "the square of the total variation is at most half the divergence",
        (2, 2),
        divergences.claim_pinsker,
        ("bernoulli_thetas",),
    ),
    "jsd_at_most_ln2": Theorem(
        "range of the Jensen-Shannon divergence",
        "in nats the Jensen-Shannon divergence is at most ln 2",
        (1, 1),
        divergences.claim_at_most(divergences.LN_2),
        ("bernoulli_thetas",),
    ),
    "chain_rule": Theorem(
        "chain rule",
        "the joint divergence is the marginal one plus the expected conditional one",
        (1, 1),
        divergences.claim_chain_rule,
        ("joint_tables",),
    ),
    "normalisation": Theorem(
        "normalisation", "probabilities are not negative and sum to one", (1, MANY), models.claim_normalisation
    ),
    "elbo_below_evidence": Theorem(
        "evidence lower bound",
        "no encoder lifts a lower bound above ln p(x) itself, which is ln N(2; 0, 1 + 0.1)",
        (1, 1),
        models.claim_elbo_below_evidence,
        ("encoder_phis",),
    ),
    "elbo_decomposition": Theorem(
        "decomposition of the ELBO",
        "this difference may be a constant, but the same one for every phi",
        (3, 3),
        models.claim_elbo_decomposition,
        ("encoder_phis",),
    ),
    "policy_optimality": Theorem(
        "optimality of the policy",
        "the best policy is a distribution that no change improves, so this number is the same for every action",
        (1, 1),
        models.claim_policy_optimality,
        ("policy_problems",),
    ),
    "dpo_gradient_sign": Theorem(
        "sign of the preference gradient",
        "the loss has to fall as the preferred answer becomes more likely",
        (1, 1),
        models.claim_dpo_gradient_sign,
        ("preference_pairs",),
    ),
}


def find_theorem(name: str, names: Names) -> Theorem:
    """Return the theorem called `name`, to be asked of `names`.

    Raises:
        CourseError: there is no such theorem, or it is asked of answers that it says nothing about.
    """
    theorem = THEOREMS.get(name)
    if theorem is None:
        raise CourseError([Problem("exercises", 0, "theorem", f"{name!r} is none of {', '.join(sorted(THEOREMS))}")])
    least, most = theorem.takes
    if not least <= len(names) <= most:
        due = f"{least}" if least == most else f"{least} or more"
        raise CourseError([Problem("exercises", 0, "of", f"{name} is asked of {len(names)} answers; {due} are due")])
    strangers = [one for one in names if theorem.domains and not _is_in(one, theorem.domains)]
    if strangers:
        raise CourseError([Problem("exercises", 0, "of", f"{name} says nothing about {', '.join(strangers)}")])
    return theorem


def _is_in(name: str, generators: tuple[str, ...]) -> bool:
    return name in DOMAINS and DOMAINS[name].generator in generators


Need = tuple[str, Call | None]
Lookup = Callable[[str, Call | None], Floats]
_NOTHING: Mapping[Need, Floats] = MappingProxyType({})


@dataclass(frozen=True)
class Finding:
    """What became of a theorem: the simplest counterexample, and the first thing that kept a claim from being asked."""

    witness: str | None = None
    obstacle: CannotTell | None = None


def examine(
    claims: tuple[Claim, ...], lookup: Lookup, slack: Slack = STUDENT_SLACK, known: Mapping[Need, Floats] = _NOTHING
) -> Finding:
    """Return the first broken claim, in the order given, and the first that cannot be asked.

    Args:
        claims: the instances of a theorem, simplest first.
        lookup: gives the numbers of a name's call, or of its value; raises `CannotTell`.
        slack: 1e-6 for students' values; 1e-12 proves a reference.
        known: numbers that need no looking up.
    """
    obstacle = None
    for claim in claims:
        try:
            witness = claim.broken(tuple([known.get(need) or lookup(*need) for need in claim.needs]), slack)
        except CannotTell as reason:
            obstacle = obstacle or reason
        else:
            if witness is not None:
                return Finding(witness, obstacle)
    return Finding(None, obstacle)


def check_invariant(check: InvariantCheck, answers: Answers) -> Verdict:
    """Return whether a theorem holds for the student's own answers, with the simplest counterexample if not."""
    theorem = find_theorem(check.theorem, check.of)
    for name in dict.fromkeys((check.answer, *check.of)):
        if not answers.attempted(name):
            return _say_absent(check.answer, name, theorem, answers)
    finding = examine(list_claims(theorem, check.of), partial(_remember, answers), known=answers.numbers)
    if finding.witness is not None:
        return failed("invariant.violated", f"{finding.witness}; {theorem.statement} ({theorem.title})")
    if finding.obstacle is not None:
        return blocked(theorem.heading, finding.obstacle.name, finding.obstacle.why)
    return passed("invariant.holds", f"no counterexample was found ({theorem.title}): {theorem.statement}")


def _say_absent(answer: str, name: str, theorem: Theorem, answers: Answers) -> Verdict:
    if name != answer:
        return blocked(theorem.heading, name)
    cause = answers.lost(name)
    return missing(name) if cause is None else lost(name, cause)


def _remember(answers: Answers, name: str, call: Call | None) -> Floats:
    """Return the student's numbers, and keep them for the other theorems; raises `CannotTell` where there are none."""
    numbers = answers.numbers[name, call] = _read(answers, name, call)
    return numbers


def _read(answers: Answers, name: str, call: Call | None) -> Floats:
    """Return the student's numbers; raises `CannotTell` where there are none, which is no broken theorem."""
    if call is None:
        return _read_floats(name, answers.get(name).value, str)
    match answers.calls(name).get(call):
        case Returned(value=value):
            return _read_floats(name, value, lambda: f"gave something for {show_call(name, call)} that ")
        case None:
            raise CannotTell(name, "is not a function that could be called")
        case Raised() | NoResult() as result:
            raise CannotTell(name, f"{_describe(result)} for {show_call(name, call)}")


def _describe(result: CallResult) -> str:
    match result:
        case Raised():
            return f"raised {result.error}"
        case NoResult(type="timed_out"):
            return "took too long"
        case _:
            return "was not there any more"


def _read_floats(name: str, value: Value, words_before: Callable[[], str]) -> Floats:
    number = read_number(value)
    if isinstance(number, float):
        return (number,)
    numbers: Numbers | Refusal = read_numbers(value, None) if number.code == "value.shape_mismatch" else number
    if isinstance(numbers, Refusal):
        raise CannotTell(name, f"{words_before()}{numbers.message}")
    return numbers.values
