"""The rules, one module each. A new rule is a new module here with a `RULE`; nothing else has to be told of it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from grader.course import BaseCheck
from grader.judge.rules.base import Rule


def _find_rules() -> Mapping[str, Rule[Any]]:
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    rules: list[Rule[Any]] = [module.RULE for module in modules if hasattr(module, "RULE")]
    return MappingProxyType({rule.name: rule for rule in rules})


RULES: Mapping[str, Rule[Any]] = _find_rules()


def rule_of(check: BaseCheck) -> Rule[Any]:
    """Return the rule by which a check judges."""
    return RULES[check.rule]
