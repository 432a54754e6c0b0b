"""The part of a module that mutmut leaves alone: what runs on import, and decorated functions.

There stand the tables of a regulation: which kind of income never counts and by which article, the
sizes of households, the patterns of amounts. Every literal outside type annotations is changed in
turn, and in decorated functions every comparison and sum too; a process of its own runs the tests
of the group with each.
"""

from __future__ import annotations

import ast
import copy
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple, cast

import pytest

SECONDS_MAX: Final = 900
_NAMES_OF_CODE: Final = {"__all__", "__slots__"}
_COMPARED: Final[dict[type[ast.cmpop], type[ast.cmpop]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_COMPUTED: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add,
}  # fmt: skip
_TEXTS: Final = {"LABELS", "INPUT_LABELS", "VALUE_LABELS", "_TEXT", "_WORDS"}
"""Tables of words for people: `tests/traces` and the description of a policy hold them whole."""


class Change(NamedTuple):
    """A node of a module, and what comes in its place."""

    node: ast.AST
    other: ast.AST
    line: int
    old: str
    new: str


def _runs(node: ast.AST) -> bool:
    """Whether a node is code: no alias of a type, no table of words, no list of our own names."""
    if isinstance(node, ast.JoinedStr):  # its parts have no places of their own
        return False
    if isinstance(node, ast.AnnAssign):
        return (
            ast.unparse(node.annotation) != "TypeAlias" and ast.unparse(node.target) not in _TEXTS
        )
    return not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in _NAMES_OF_CODE)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Give the parts of a node that run: no annotations, no docstrings, no decorators."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "cast":
        yield node.args[1]  # the type before it is read by type checkers alone
        return
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        nodes = cast("list[object]", value if isinstance(value, list) else [value])
        for each in nodes:
            docstring = isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
            if isinstance(each, ast.AST) and _runs(each) and not docstring:
                yield each


def _decorated(node: ast.FunctionDef) -> bool:
    """Whether mutmut leaves a function alone."""
    names = {ast.unparse(decorator) for decorator in node.decorator_list}
    return bool(names - {"classmethod", "staticmethod"})


def _places(node: ast.AST, *, inside: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Give the nodes that mutmut does not see, and whether they stand in a function."""
    if isinstance(node, ast.FunctionDef):
        if not _decorated(node):
            return
        inside = True
    yield node, inside
    for part in _parts(node):
        yield from _places(part, inside=inside)


def _other_literal(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return f"XX{value}XX" if isinstance(value, str) else None


def _other(node: ast.AST, *, inside: bool) -> ast.AST | None:
    """Return what comes in the place of a node, or None where it stays."""
    changed = copy.copy(node)
    match changed:
        case ast.Constant(value=value) if (other := _other_literal(value)) is not None:
            changed.value = other  # type: ignore[assignment]
        case ast.Compare(ops=[first, *rest]) if inside and type(first) in _COMPARED:
            changed.ops = [_COMPARED[type(first)](), *rest]
        case ast.BinOp(op=operator) if inside and type(operator) in _COMPUTED:
            changed.op = _COMPUTED[type(operator)]()
        case ast.BoolOp(op=operator) if inside:
            changed.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
        case _:
            return None
    return changed


def changes(tree: ast.Module) -> Iterator[Change]:
    """Give every change to a module."""
    for node, inside in _places(tree):
        other = _other(node, inside=inside)
        if other is not None:
            line: int = getattr(node, "lineno", 0)
            yield Change(node, other, line, ast.unparse(node), ast.unparse(other))


class _Replacing(ast.NodeTransformer):
    def __init__(self, change: Change) -> None:
        self.change = change

    def visit(self, node: ast.AST) -> ast.AST:
        return self.change.other if node is self.change.node else self.generic_visit(node)


def mutant(source: str, number: int) -> str:
    """Write a module with one of its changes; its comments and its lines are lost."""
    tree = ast.parse(source)
    changed = _Replacing(list(changes(tree))[number]).visit(tree)
    return ast.unparse(changed)


def _run(root: Path, arguments: Sequence[str], *, mutated: bool) -> None:
    """Run the tests of a copy of the project in this process, and end it."""
    os.chdir(root)
    sys.dont_write_bytecode = mutated  # a copy differs from one mutant to the next
    sys.path[:0] = [str(root / "src"), str(root / "tests")]
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    signal.alarm(SECONDS_MAX)
    os._exit(int(pytest.main(["-x", "-q", *arguments])))


def _start(root: Path, arguments: Sequence[str], *, mutated: bool = True) -> int:
    child = os.fork()
    if child == 0:
        _run(root, arguments, mutated=mutated)
    return child


def exit_codes(
    copies: Sequence[Path], files: Sequence[str], arguments: Sequence[str]
) -> Iterator[tuple[str, Change, int]]:
    """Run every mutant of some files, one in each copy of the project at a time.

    Gives the file, the change, and what pytest came to.
    """
    for each in copies:
        _, status = os.waitpid(_start(each, arguments, mutated=False), 0)
        if status != 0:
            sys.exit("the tests fail without a mutant")
    sources = {file: (copies[0] / file).read_text(encoding="utf-8") for file in files}
    todo = [
        (file, number, change)
        for file, source in sources.items()
        for number, change in enumerate(changes(ast.parse(source)))
    ]
    free = list(copies)
    running: dict[int, tuple[Path, str, Change]] = {}
    while todo or running:
        if todo and free:
            (file, number, change), copy_ = todo.pop(), free.pop()
            (copy_ / file).write_text(mutant(sources[file], number), encoding="utf-8")
            running[_start(copy_, arguments)] = copy_, file, change
            continue
        ended, status = os.wait()
        copy_, file, change = running.pop(ended)
        (copy_ / file).write_text(sources[file], encoding="utf-8")
        free.append(copy_)
        yield file, change, os.waitstatus_to_exitcode(status)
