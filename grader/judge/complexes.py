"""Complex numbers and arrays of them: read as two real ones, the real and the imaginary parts."""

from __future__ import annotations

from grader.judge.values import DEPTH_LIMIT, Numbers, Refusal, read_numbers
from grader.model import ArrayValue, ComplexValue, FloatValue, SequenceValue, SymbolicValue, TableValue, Value

_ZERO = float(0).hex()


def read_complex_numbers(value: Value, shape: tuple[int, ...] | None) -> Numbers | Refusal:
    """Return a complex number or an array of them, of the given shape; real numbers are complex, too."""
    real, imaginary = split_parts(value, DEPTH_LIMIT)
    parts = read_numbers(real, shape), read_numbers(imaginary, shape)
    for part in parts:
        if isinstance(part, Refusal):
            return part
    values = tuple(complex(re, im) for re, im in zip(parts[0].values, parts[1].values, strict=True))  # type: ignore[union-attr]  # both were read
    return Numbers(parts[0].shape, values)  # type: ignore[union-attr]  # both were read


def split_parts(value: Value, depth: int) -> tuple[Value, Value]:
    """Return the real and the imaginary part of a value; of what is no number, the value itself twice."""
    match value:
        case ComplexValue():
            return FloatValue(value=value.re), FloatValue(value=value.im)
        case SymbolicValue(parts=(str(re), str(im))):
            return FloatValue(value=re), FloatValue(value=im)
        case SymbolicValue(value=str()) | FloatValue():
            return value, FloatValue(value=_ZERO)
        case ArrayValue(dtype="complex"):
            pairs = [text.partition(" ") for text in value.values]
            parts = tuple(re for re, _, _ in pairs), tuple(im for _, _, im in pairs)
            first, second = (ArrayValue(dtype="float", shape=value.shape, values=texts) for texts in parts)
            return first, second
        case ArrayValue(dtype="float" | "int"):
            return value, ArrayValue(dtype="float", shape=value.shape, values=(_ZERO,) * len(value.values))
        case SequenceValue() if depth:
            split = [split_parts(item, depth - 1) for item in value.items]
            return (
                value.model_copy(update={"items": tuple(re for re, _ in split)}),
                value.model_copy(update={"items": tuple(im for _, im in split)}),
            )
        case TableValue() if depth:
            cells = [[split_parts(cell, depth - 1) for cell in column] for column in value.cells]
            return (
                value.model_copy(update={"cells": tuple(tuple(re for re, _ in column) for column in cells)}),
                value.model_copy(update={"cells": tuple(tuple(im for _, im in column) for column in cells)}),
            )
        case _:
            return value, _imaginary(value)


def _imaginary(value: Value) -> Value:
    return FloatValue(value=_ZERO) if value.type == "int" else value
