"""The course's own Python: its package `reference/`, loaded from the course's folder by path.

Its modules get a private name made of the folder and what is in it, so that two courses in one process never meet and
nothing is taken from `sys.path`. Bytecode is neither read nor written: what runs is what was hashed. Knows nothing of
how a course is judged.
"""

from __future__ import annotations

import ast
import copy
import dataclasses
import gc
import hashlib
import importlib
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, TypeAlias, cast

from grader.errors import CourseError, EndedInterpreterError, Problem, TookTooLongError

FOLDER = "reference"
PUBLIC = "public"  # what students may have of the package
NOT_EXERCISES = frozenset({"inputs", "invariants", "rules", "variants", PUBLIC})  # no answer is made of these
_HASHED = (FOLDER, "data")  # below these, every file can change a mark
_PASSED_OVER = frozenset({"__pycache__"})
WHOLE = "(file)"  # the key of a problem with a file as a whole
_MESSAGE_CHARS = 300  # of what an exception says

Bound: TypeAlias = Callable[[str], AbstractContextManager[None]]  # a limit for what the author's code may take


def unbounded(what: str) -> AbstractContextManager[None]:
    """Return no limit at all."""
    del what
    return nullcontext()


def path_of(module: str) -> str:
    """Return the path of a module of the reference, such as `public.invariants`, below the course's folder."""
    return f"{FOLDER}/{module.replace('.', '/')}.py"


def list_course_files(folder: Path) -> Iterator[Path]:
    """Yield the files below `reference/` and `data/` of the course in `folder`, in order; dot-files are passed over."""
    yield from (path for path in _walk_course(folder) if path.is_file() and not path.is_symlink())


def _walk_course(folder: Path) -> Iterator[Path]:
    for name in _HASHED:
        for path in (folder / name, *sorted((folder / name).rglob("*"))):
            steps = path.relative_to(folder).parts
            if not any(step in _PASSED_OVER or step.startswith(".") for step in steps):
                yield path


def find_file_problems(folder: Path) -> Iterator[Problem]:
    """Yield the links and the like below `reference/` and `data/`: what they lead to is no part of the course."""
    for path in _walk_course(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            yield Problem(name, 1, WHOLE, "expected a file of the course itself, got a link")
        elif path.exists() and not path.is_file() and not path.is_dir():
            yield Problem(name, 1, WHOLE, "expected a file, got a pipe, socket or device")


def hash_course_files(folder: Path) -> str:
    """Return the SHA-256 of the names and contents of the course's reference and data.

    Raises:
        CourseError: one of the files cannot be read.
    """
    digest = hashlib.sha256()
    for name, content in hash_each_file(folder):
        digest.update(f"{name}\0{content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def hash_each_file(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name of each file of the course's reference and data, and the SHA-256 of its content.

    Raises:
        CourseError: one of the files cannot be read.
    """
    for path in list_course_files(folder):
        name = path.relative_to(folder).as_posix()
        try:
            yield name, hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise CourseError([Problem(name, 1, WHOLE, f"cannot be read: {error.strerror}")]) from error


@cache
def _list_lines(path: Path) -> Mapping[str, int]:
    """Return the line at which a module binds each of its names for the first time."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    lines: dict[str, int] = {}
    for node in tree.body:
        for name in _list_bound(node):
            lines.setdefault(name, node.lineno)
    return lines


def _list_bound(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef() | ast.ClassDef():
            yield node.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in node.names)
        case _:
            stored = (one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
            yield from (one.id for one in stored)


class ForbiddenImportError(ImportError):
    """A module of a course imports what it must not: its own package by an absolute name, or private from public."""

    def __init__(self, path: Path, line: int, message: str) -> None:
        """Keep where the import stands."""
        super().__init__(message)
        self.where, self.line = path, line


def find_forbidden_imports(tree: ast.AST, module: str, *, is_package: bool) -> Iterator[tuple[int, str]]:
    """Yield line and message of each import that `module`, such as `public.invariants`, must not have.

    An absolute name may be anybody's. What is below `public` is handed out by itself, where the rest is not.
    """
    steps = module.split(".") if module else []
    inside = len(steps) - (not is_package) if steps[:1] == [PUBLIC] else None  # dots that stay in what is handed out
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        if isinstance(node, ast.ImportFrom) and node.level:
            if inside is not None and node.level > inside:
                imported = f"{'.' * node.level}{node.module or ''}"
                message = f"imports {imported}: expected nothing of the course from outside of {FOLDER}/{PUBLIC}/, "
                yield node.lineno, f"{message}which students may have"
            continue
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        for name in names:
            if name.partition(".")[0] == FOLDER:
                relative = f"from . import {name.partition('.')[2] or '…'}"
                yield node.lineno, f"absolute import of {name}: expected a relative one, such as `{relative}`"


class _Loader(SourceFileLoader):
    """Runs a module of the course from its source alone."""

    def get_code(self, fullname: str) -> Any:
        """Return the code of the module as it is written now.

        Raises:
            ForbiddenImportError: it imports what it must not.
        """
        path = self.get_filename(fullname)
        tree = ast.parse(self.get_data(path), path)
        module = fullname.partition(".")[2]
        for line, message in find_forbidden_imports(tree, module, is_package=self.is_package(fullname)):
            raise ForbiddenImportError(Path(path), line, message)
        return compile(tree, path, "exec", dont_inherit=True)


class _Finder(MetaPathFinder):
    """Finds the modules of one course below its folder, and nothing else."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module of this course is."""
        del path, target
        if fullname != self.name and not fullname.startswith(f"{self.name}."):
            return None
        place = self.folder.joinpath(*fullname.split(".")[1:])
        package = place / "__init__.py"
        if package.is_file() or place.is_dir():
            return _spec(fullname, package, place) if package.is_file() else None
        file = place.with_name(f"{place.name}.py")
        return _spec(fullname, file) if file.is_file() else None


def _spec(name: str, file: Path, package: Path | None = None) -> ModuleSpec | None:
    locations = None if package is None else [str(package)]
    loader = _Loader(name, str(file))
    return spec_from_file_location(name, file, loader=loader, submodule_search_locations=locations)


class Reference:
    """The package `reference/` of the course in `folder`; a module runs when it is first asked for, within `bound`.

    Raises:
        CourseError: there is no such package.
    """

    def __init__(self, folder: Path, bound: Bound = unbounded) -> None:
        """Find the package; nothing of it runs yet."""
        self._bound = bound
        self._replacements: Mapping[str, Callable[[], ModuleType]] = {}
        self.course_folder = folder.resolve()
        self.folder = self.course_folder / FOLDER
        if not (self.folder / "__init__.py").is_file():
            message = f"not found: expected the course's Python package, a folder {FOLDER}/ with an __init__.py"
            raise CourseError([Problem(f"{FOLDER}/__init__.py", 1, WHOLE, message)])
        key = f"{self.course_folder}\0{hash_course_files(self.course_folder)}"
        self.name = f"_grader_course_{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
        if not any(isinstance(finder, _Finder) and finder.name == self.name for finder in sys.meta_path):
            sys.meta_path.insert(0, _Finder(self.name, self.folder))

    def replace(self, name: str, load: Callable[[], ModuleType]) -> Reference:
        """Return the same package with another module `name`, which `load` gives: the same one each time."""
        other = copy.copy(self)
        vars(other)["_replacements"] = {**self._replacements, name: load}
        return other

    def has_module(self, name: str) -> bool:
        """Return whether the package has a module `name`, such as `public.invariants`."""
        place = self.folder.joinpath(*name.split("."))
        return place.with_name(f"{place.name}.py").is_file() or (place / "__init__.py").is_file()

    def module(self, name: str) -> ModuleType:
        """Return the module `name` of the package.

        Raises:
            CourseError: there is none, or it raised when it ran.
        """
        full = f"{self.name}.{name}"
        if name in self._replacements:
            return self._run(name, self._replacements[name])
        if full in sys.modules:
            return sys.modules[full]
        where = path_of(name)
        if not self.has_module(name):
            raise CourseError([Problem(where, 1, WHOLE, f"not found: expected a module {name}.py in {FOLDER}/")])
        module = self._run(name, lambda: importlib.import_module(full))
        gc.freeze()  # an import brings 100,000 objects that stay: not to be looked through for every student
        return module

    def _run(self, name: str, load: Callable[[], ModuleType]) -> ModuleType:
        where = path_of(name)
        try:
            with self._bound(WHOLE):
                return load()
        except (KeyboardInterrupt, TookTooLongError):
            raise
        except CourseError as error:  # beyond the bound
            raise CourseError([self.stopped(error, where, error.problems[0])]) from error
        except BaseException as error:  # an import runs the author's code: anything can come
            raise CourseError([self.problem(error, where, WHOLE)]) from error

    def function(self, module: str, name: str) -> Callable[..., object]:
        """Return the function `name` of the module `module`.

        Raises:
            CourseError: there is none.
        """
        where = path_of(module)
        found = getattr(self.module(module), name, None)
        if found is None:
            raise CourseError([Problem(where, 1, name, f"not found: expected a function {name} in this module")])
        if not callable(found):
            got = f"{found!r:.80} ({type(found).__name__})"
            raise CourseError([self.locate(module, name, f"expected a function, got {got}")])
        return cast("Callable[..., object]", found)

    def find_function(self, modules: Iterable[str], name: str) -> tuple[str, Callable[..., object]]:
        """Return the first of `modules` that has a function `name`, and the function.

        Raises:
            CourseError: none of them has it; says what they have.
        """
        present = [module for module in modules if self.has_module(module)]
        for module in present:
            if callable(getattr(self.module(module), name, None)):
                return module, self.function(module, name)
        known = ", ".join(sorted(set(self.list_functions(present)))) or "no function"
        places = " or ".join(map(path_of, modules))
        raise CourseError([Problem(places, 1, name, f"not found: expected a function {name}; there is {known}")])

    def list_functions(self, modules: Iterable[str]) -> Iterator[str]:
        """Yield the names of the public functions that these modules define themselves."""
        for name in modules:
            module = self.module(name)
            for key, value in vars(module).items():
                if callable(value) and not key.startswith("_") and getattr(value, "__module__", "") == module.__name__:
                    yield key

    def problem(self, error: BaseException, where: str, key: str) -> Problem:
        """Return the problem that `error` is, at the last line of the course's own code that it passed through.

        Where it passed through none, it is at the function `key` of the file `where`.
        """
        if isinstance(error, ForbiddenImportError):
            return Problem(self._shown(error.where), error.line, WHOLE, str(error))
        if isinstance(error, SyntaxError) and error.filename and self._is_own(error.filename):
            file, message = self._shown(Path(error.filename)), f"not Python: {error.msg}"
            return Problem(file, error.lineno or 1, WHOLE, message)
        file, line = self._last_own_line(error.__traceback__) or (where, self._find_line(where, key))
        return Problem(file, line, key, self._describe(error))

    def stopped(self, error: CourseError, where: str, problem: Problem) -> Problem:
        """Return a problem of `error` at the line of the course's own code that was stopped.

        Where none was, it is at the function of the file `where` that is the problem's key.
        """
        cause = error.__cause__
        place = self._last_own_line(cause.__traceback__) if cause else None
        file, line = place or (where, self._find_line(where, problem.key))
        return dataclasses.replace(problem, file=file, line=line)

    def defines(self, module: str, name: str) -> bool:
        """Return whether a module of the package binds a name."""
        return name in _list_lines(self.course_folder / path_of(module))

    def _describe(self, error: BaseException) -> str:
        """Return what an exception says, in one line, with the course's own names for its files and modules."""
        if isinstance(error, ModuleNotFoundError) and error.name and error.name.split(".")[0] != self.name:
            return f"imports {error.name}, which is not installed here: expected an installed package"
        if isinstance(error, EndedInterpreterError):
            return "calls os._exit, which ends the grader: expected it to return or to raise"
        name = type(error).__name__
        try:
            words = " ".join(str(error).split())
        except Exception:  # noqa: BLE001 - the author's own class of exceptions may not be able to say anything
            words = ""
        words = words.replace(f"{self.course_folder}/", "").replace(self.name, FOLDER)
        words = words if len(words) <= _MESSAGE_CHARS else f"{words[: _MESSAGE_CHARS - 1]}…"
        return f"raised {name}: {words}" if words else f"raised {name}"

    def locate(self, module: str, name: str, message: str) -> Problem:
        """Return a problem where the module `module` defines `name`."""
        where = path_of(module)
        return Problem(where, self._find_line(where, name), name, message)

    def _find_line(self, where: str, name: str) -> int:
        return _list_lines(self.course_folder / where).get(name, 1)

    def _last_own_line(self, trace: TracebackType | None) -> tuple[str, int] | None:
        own = [frame for frame in traceback.extract_tb(trace) if self._is_own(frame.filename)]
        return (self._shown(Path(own[-1].filename)), own[-1].lineno or 1) if own else None

    def _is_own(self, filename: str) -> bool:
        return Path(filename).is_relative_to(self.folder)

    def _shown(self, path: Path) -> str:
        return path.relative_to(self.course_folder).as_posix()
