"""Who may import whom: the rooms and the arrows between them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "orderloom"

# Each room with the rooms that its code may import; its own is always allowed.
MAY_IMPORT = {
    "book": set(),
    "wire": {"book"},
    "store": {"book"},
    "desk": {"store", "book"},
    "dialects": {"desk", "book", "wire"},
    "api": {"dialects", "desk", "book", "wire"},
    "server": {"api", "dialects", "demo", "desk", "store", "book", "wire"},
    "demo": {"desk", "store", "book"},
    "cli": {"server", "demo", "dialects", "desk", "store", "book"},
}
# What the book may not touch: it does no I/O and has no clock.
NOT_IN_THE_BOOK = {"asyncio", "asyncpg", "psycopg", "os", "pathlib", "socket", "time", "starlette", "granian"}


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of a room, with the room's name."""
    for path in sorted(SOURCE.rglob("*.py")):
        parts = path.relative_to(SOURCE).parts
        if len(parts) > 1:
            yield parts[0], path


def imports(path: Path) -> Iterator[str]:
    """The full names of everything that the module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written out in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room, path", [pytest.param(*each, id=str(each[1].relative_to(SOURCE))) for each in modules()])
def test_a_module_imports_only_what_its_room_may(room: str, path: Path) -> None:
    for name in imports(path):
        parts = name.split(".")
        if parts[0] != "orderloom" or parts[1] == "__version__":
            continue
        assert parts[1] == room or parts[1] in MAY_IMPORT[room], f"{path.name} may not import {name}"


@pytest.mark.parametrize("path", [path for room, path in modules() if room == "book"], ids=lambda path: path.name)
def test_the_book_does_no_io_and_has_no_clock(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & NOT_IN_THE_BOOK
    assert "datetime.now" not in path.read_text()


def test_a_dialect_imports_no_other_dialect() -> None:
    folders = {path.name for path in (SOURCE / "dialects").iterdir() if path.is_dir() and path.name != "__pycache__"}
    for folder in folders:
        for path in (SOURCE / "dialects" / folder).rglob("*.py"):
            for name in imports(path):
                parts = name.split(".")
                if parts[:2] == ["orderloom", "dialects"]:
                    assert parts[2] in ("contract", "description", folder), f"{path} may not import {name}"


def test_book_store_and_desk_know_no_vendor() -> None:
    vendors = ("homs", "iinsight", "extensiv", "synergist", "intouch")
    for room, path in modules():
        if room in ("book", "store", "desk", "wire"):
            assert not [word for word in words_of(path) for vendor in vendors if vendor in word], path


def words_of(path: Path) -> set[str]:
    """The names and texts of the module's code, docstrings left out, in lower case."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    # A text that stands by itself is documentation.
    alone = [node.value for node in nodes if isinstance(node, ast.Expr)]
    documentation = {node.value for node in alone if isinstance(node, ast.Constant)}
    return {word.lower() for word in (texts | names) - documentation}


def test_sql_lives_in_the_store_alone() -> None:
    for room, path in modules():
        if room != "store":
            calls = [
                node.func.attr
                for node in ast.walk(ast.parse(path.read_text()))
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            ]
            assert not set(calls) & {"fetch", "fetchrow", "fetchval", "execute"}, path
