"""Private copies of the reference package, some of their modules changed; the real one is never touched.

A copy's modules live under no name in `sys.modules`: their `import` of a sibling is answered by the copy itself.
Modules that no change can reach are shared with the copy that it was made from.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.abc import InspectLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

from grader.errors import CourseError, Problem

Line = tuple[str, int]  # module, line


@dataclass(frozen=True)
class Sources:
    """The syntax trees of a package's modules, by name without the package."""

    package: str
    folder: Path
    trees: Mapping[str, ast.Module]

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """Which modules of the package each module imports when it runs."""
        return {name: frozenset(self._list_imports(tree)) for name, tree in self.trees.items()}

    def _list_imports(self, tree: ast.Module) -> Iterator[str]:
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.module == self.package:
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{self.package}."):
                yield (node.module or "").removeprefix(f"{self.package}.")

    def reached_by(self, changed: str) -> frozenset[str]:
        """Return the module itself and all that import it, directly or not."""
        reached = {changed}
        while more := {name for name, needs in self.imports.items() if needs & reached} - reached:
            reached |= more
        return frozenset(reached)

    def compile(self, name: str, tree: ast.Module) -> CodeType:
        """Return the code of a module's tree, which may have been changed."""
        return compile(tree, f"<{self.package}.{name}>", "exec")

    @cached_property
    def codes(self) -> Mapping[str, CodeType]:
        """The modules as they are written."""
        return {name: self.compile(name, tree) for name, tree in self.trees.items()}


def read_sources(package: str) -> Sources:
    """Return the sources of a package.

    Raises:
        CourseError: there is no such package.
    """
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec is not None else []
    if not places:
        raise CourseError([Problem("course.yaml", 1, "reference", f"{package!r} is no package that can be imported")])
    folder = Path(places[0])
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))}
    return Sources(package, folder, {name: tree for name, tree in trees.items() if name != "__init__"})


class Copy:
    """One copy of a package; a module runs when it is first asked for.

    Args:
        sources: the package.
        changed: code that takes the place of a module's own.
        base: a copy whose modules are shared where no change reaches them.
        extra: names that every module of the copy finds beside the built-in ones.
    """

    def __init__(
        self,
        sources: Sources,
        changed: Mapping[str, CodeType] | None = None,
        base: Copy | None = None,
        extra: Mapping[str, object] | None = None,
    ) -> None:
        self._sources = sources
        self._codes = {**sources.codes, **(changed or {})}
        self._base = base
        self._own = frozenset[str]().union(*(sources.reached_by(name) for name in changed or ()))
        self._modules: dict[str, ModuleType] = {}
        self._builtins = {**vars(builtins), **(extra or {}), "__import__": self._import}

    def module(self, name: str) -> ModuleType:
        """Return a module of the copy.

        Raises:
            CourseError: the package has none of this name.
            Exception: whatever the module raises when it runs.
        """
        if self._base is not None and name not in self._own:
            return self._base.module(name)
        if name not in self._modules:
            if name not in self._codes:
                where = f"{self._sources.package}/{name}.py"
                raise CourseError([Problem(where, 1, "(file)", "there is no such module")])
            self._modules[name] = self._run(name)
        return self._modules[name]

    def _run(self, name: str) -> ModuleType:
        loader = _CodeLoader(self._codes[name])
        module = importlib.util.module_from_spec(ModuleSpec(f"copy.{self._sources.package}.{name}", loader))
        vars(module)["__builtins__"] = self._builtins
        loader.exec_module(module)
        return module

    def _import(self, name: str, *rest: Any, **named: Any) -> Any:
        """Answer `import` inside the copy: siblings come from the copy, everything else from where it always does."""
        package = self._sources.package
        wanted = named.get("fromlist", rest[2] if len(rest) > 2 else None)
        if name == package:
            parent = ModuleType(package)
            vars(parent).update({one: self.module(one) for one in wanted or ()})
            return parent
        if name.startswith(f"{package}."):
            return self.module(name.removeprefix(f"{package}."))
        return importlib.__import__(name, *rest, **named)


class _CodeLoader(InspectLoader):
    """Runs code that is there already."""

    def __init__(self, code: CodeType) -> None:
        self._code = code

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - the loader's signature
        """Return the code."""
        return self._code

    def get_source(self, fullname: str) -> None:
        """Return nothing: the source was changed."""


def run_source(source: str, name: str) -> Mapping[str, object]:
    """Return the names that a piece of the author's code binds, such as a starter's cells."""
    loader = _CodeLoader(compile(source, f"<{name}>", "exec"))
    module = importlib.util.module_from_spec(ModuleSpec(name, loader))
    loader.exec_module(module)
    return vars(module)


@contextmanager
def trace_lines(sources: Sources) -> Iterator[set[Line]]:
    """Collect which lines of the package's copies run inside the block."""
    files = {f"<{sources.package}.{name}>": name for name in sources.trees}
    lines: set[Line] = set()

    def trace(frame: FrameType, _event: str, _argument: object) -> Callable[..., Any] | None:
        name = files.get(frame.f_code.co_filename)
        if name is None:
            return None

        def follow(inner: FrameType, event: str, _argument: object) -> Callable[..., Any]:
            if event == "line":
                lines.add((name, inner.f_lineno))
            return follow

        return follow

    before = sys.gettrace()  # a coverage tool's, perhaps
    sys.settrace(trace)
    try:
        yield lines
    finally:
        sys.settrace(before)
