"""Plain data as the YAML of a course's files: whatever YAML could take for something else is quoted."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import yaml

WIDTH = 116
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_ .()/-]*[A-Za-z0-9_.)]|[A-Za-z_]")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return text as lines of printable characters: no tab, no control character, no space at their ends."""
    plain = _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", _BREAKS.sub("\n", text)).expandtabs(4)
    return "\n".join(line.rstrip() for line in plain.split("\n"))


class _Dumper(yaml.SafeDumper):
    """Writes texts so that every reader takes them for texts, and nothing by alias."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Return that everything is written out."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    plain = clean_text(text)
    is_plain = _PLAIN.fullmatch(plain) is not None and plain.lower() not in _WORDS
    style = "|" if "\n" in plain else "" if is_plain else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", plain, style=style)


def _represent_points(dumper: yaml.SafeDumper, points: Fraction) -> yaml.Node:
    """Write points exactly: as a number where that is one, else as a fraction in quotes."""
    if points.denominator == 1:
        return dumper.represent_int(points.numerator)
    decimal = f"{float(points):.6g}"
    if "e" not in decimal and Fraction(decimal) == points:
        return dumper.represent_scalar("tag:yaml.org,2002:float", decimal)
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(points), style='"')


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(Fraction, _represent_points)


def write_yaml(data: Any) -> str:
    """Return plain data, and points as fractions, as YAML that reads the same by version 1.1 and 1.2."""
    text: str = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text
