"""Private copies of a course's reference package, some of their modules changed; the real one is never touched.

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
from grader.reference import NOT_EXERCISES, WHOLE, ForbiddenImportError, Reference, find_forbidden_imports

Line = tuple[str, int]  # module, line
PACKAGE = "__init__"
OWN_NAME = "__copied_as__"  # what a module of a copy is called in it


@dataclass(frozen=True)
class Sources:
    """The syntax trees of a course's reference, by the module's name in it: `exercise1`, `public.invariants`.

    Packages are among them by their own name, the whole reference by the empty one.
    """

    reference: Reference
    trees: Mapping[str, ast.Module]
    packages: frozenset[str] = frozenset()

    @property
    def package(self) -> str:
        """The private name of the package."""
        return self.reference.name

    @property
    def numeric(self) -> Mapping[str, ast.Module]:
        """The modules that compute answers: those that some exercise's module is made of."""
        return {name: tree for name, tree in self.trees.items() if name.partition(".")[0] not in NOT_EXERCISES}

    @cached_property
    def imports(self) -> Mapping[str, frozenset[str]]:
        """Which modules of the package each module imports when it runs."""
        return {name: frozenset(self._list_imports(name, tree)) for name, tree in self.trees.items()}

    def _list_imports(self, name: str, tree: ast.Module) -> Iterator[str]:
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and node.level:
                yield from self.resolve(name, node)

    def resolve(self, importer: str, node: ast.ImportFrom) -> Iterator[str]:
        """Yield the modules of the package that a relative import brings in."""
        module = self.find_module(importer, node.level, node.module or "")
        if module in self.trees:
            yield module
        yield from (one for alias in node.names if (one := f"{module}.{alias.name}".strip(".")) in self.trees)

    def find_module(self, importer: str, level: int, name: str) -> str:
        """Return the name of the module that `importer` means by `name` behind so many dots."""
        steps = importer.split(".") if importer else []
        steps = steps[: len(steps) - level + (importer in self.packages)]
        return ".".join([*steps, *filter(None, [name])])

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


def read_sources(reference: Reference) -> Sources:
    """Return the sources of a course's reference.

    Raises:
        CourseError: one of its files is no Python.
    """
    trees: dict[str, ast.Module] = {}
    packages: set[str] = set()
    problems: list[Problem] = []
    for path in sorted(reference.folder.rglob("*.py")):
        steps = path.relative_to(reference.folder).with_suffix("").parts
        if any(step.startswith(".") for step in steps):
            continue
        name = ".".join(steps[:-1] if steps[-1] == PACKAGE else steps)
        try:
            trees[name] = ast.parse(path.read_bytes(), str(path))
        except (SyntaxError, ValueError, RecursionError, MemoryError, OSError) as error:
            problems.append(reference.problem(error, path.relative_to(reference.course_folder).as_posix(), WHOLE))
            continue
        if steps[-1] == PACKAGE:
            packages.add(name)
        for line, message in find_forbidden_imports(trees[name], name, is_package=name in packages):
            problems.append(reference.problem(ForbiddenImportError(path, line, message), "", WHOLE))
    if problems:
        raise CourseError(problems)
    return Sources(reference, trees, frozenset(packages))


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
            self._run(name)
        return self._modules[name]

    def _run(self, name: str) -> None:
        loader = _CodeLoader(self._codes[name])
        # Its own name is the real module's: dataclasses look up where they are defined by it.
        own = f"{self._sources.package}.{name}".rstrip(".")
        module = importlib.util.module_from_spec(ModuleSpec(own, loader))
        vars(module).update({"__builtins__": self._builtins, "__file__": str(self._file(name)), OWN_NAME: name})
        self._modules[name] = module  # before it runs: a package's modules may import it
        try:
            loader.exec_module(module)
        except BaseException:
            del self._modules[name]
            raise

    def _file(self, name: str) -> Path:
        place = self._sources.reference.folder.joinpath(*filter(None, name.split(".")))
        return place / f"{PACKAGE}.py" if name in self._sources.packages else place.with_suffix(".py")

    def _import(self, name: str, scope: Any = None, *rest: Any, **named: Any) -> Any:
        """Answer `import` inside the copy: siblings come from the copy, everything else from where it always does."""
        level = named.get("level", rest[2] if len(rest) > 2 else 0)
        importer = scope.get(OWN_NAME) if isinstance(scope, Mapping) else None
        if not level or importer is None:
            return importlib.__import__(name, scope, *rest, **named)
        module = self._sources.find_module(importer, level, name)
        wanted = named.get("fromlist", rest[1] if len(rest) > 1 else None) or ()
        found = self.module(module) if module in self._codes else ModuleType(module)
        inner = {one: name for one in wanted if (name := f"{module}.{one}".strip(".")) in self._codes}
        inner = {one: name for one, name in inner.items() if isinstance(getattr(found, one, found), ModuleType)}
        if not inner:
            return found
        # The package may be shared with the base, whose modules are not this copy's.
        parent = ModuleType(module)
        vars(parent).update({**vars(found), **{one: self.module(name) for one, name in inner.items()}})
        return parent


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
