"""Softmax with a temperature and the loss that trains a student model on a teacher's soft labels, in nats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp

from .distributions import finite, positive, real_array
from .divergences import kl

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .distributions import Vector


def log_softmax(logits: ArrayLike, temperature: float = 1.0) -> Vector:
    """Return ln of `softmax`, in nats, finite also where the probability underflows.

    Args:
        logits: finite numbers, shape (n,).
        temperature: greater than 0.

    Returns:
        Numbers of 0 or less, shape (n,).

    Raises:
        ValueError: a temperature of 0 or less, entries that are not finite, no vector.

    Conventions:
        `-inf` where logits/temperature leave the doubles.

    Accuracy:
        Absolute error below 1e-15 (1 + the spread of logits/temperature).

    Source:
        Blanchard, Higham and Higham (2021), Accurately computing the log-sum-exp and softmax functions.
    """
    z = real_array(logits, "logits")
    if z.ndim != 1:
        raise ValueError(f"logits has the shape {z.shape}; a vector was expected")
    with np.errstate(over="ignore"):
        shifted = (z - z.max()) / positive(temperature, "temperature")
    return np.asarray(shifted - logsumexp(shifted), dtype=np.float64)


def softmax(logits: ArrayLike, temperature: float = 1.0) -> Vector:
    """Return the probabilities e^(logits/temperature) / Σ e^(logits/temperature).

    Args:
        logits: finite numbers, shape (n,).
        temperature: greater than 0; above 1 it flattens, below 1 it sharpens.

    Returns:
        Probabilities, shape (n,).

    Raises:
        ValueError: as `log_softmax`.

    Conventions:
        None.

    Accuracy:
        Relative error below 1e-15 (1 + the spread of logits/temperature) an entry; no overflow.

    Source:
        Hinton, Vinyals and Dean (2015), Distilling the knowledge in a neural network, equation 1.
    """
    return np.asarray(np.exp(log_softmax(logits, temperature)), dtype=np.float64)


def distillation_loss(
    teacher_logits: ArrayLike, student_logits: ArrayLike, label: int, weight: float, temperature: float
) -> float:
    """Return weight · D(teacher‖student) at `temperature` + (1 - weight) · cross-entropy at temperature 1, in nats.

    Args:
        teacher_logits: finite numbers, shape (n,).
        student_logits: finite numbers, shape (n,).
        label: index of the true class, from 0.
        weight: lambda in [0, 1].
        temperature: greater than 0.

    Returns:
        A float of 0 or more.

    Raises:
        ValueError: a weight outside [0, 1], a label that is no class, unequal shapes, or as `log_softmax`.

    Conventions:
        No factor temperature² on the soft term (Hinton et al. have one); both models are tempered in it.

    Accuracy:
        Absolute error below 1e-14 (1 + the spread of the logits).

    Source:
        Hinton, Vinyals and Dean (2015), Distilling the knowledge in a neural network, section 2.
    """
    share, hard = finite(weight, "weight"), log_softmax(student_logits)
    if not 0 <= share <= 1:
        raise ValueError(f"weight = {weight!r} ({type(weight).__name__}) must be between 0 and 1")
    if not 0 <= label < hard.size:
        raise ValueError(f"label = {label!r} must be a class from 0 to {hard.size - 1}")
    soft = kl(softmax(teacher_logits, temperature), softmax(student_logits, temperature))
    return share * soft - (1 - share) * float(hard[label])
