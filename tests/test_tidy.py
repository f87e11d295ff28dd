"""Style as a test: what no formatter or type checker watches over. Each rule is proven by a planted fault."""

import ast
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAX_MODULE_LINES = 400
MAX_FUNCTION_LINES = 60
CLOCK_HOME = "actors/runtime/klok.py"
CODE = ("actors/", "storage/")
PURE = ("actors/register/", "actors/contexten/")
# fmt: off
NOT_PURE = {
    "asyncio", "cryptography", "io", "jinja2", "lmdb", "logging", "msgpack", "os", "pathlib",
    "pydantic", "random", "rich", "secrets", "socket", "storage", "structlog", "subprocess", "thespian",
    "threading", "time", "typer",
}
# fmt: on
# Written so that they do not find themselves.
UNFINISHED = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|NotImplemented[E]rror|raise NotImplemente[d])\b")
MACHINE = re.compile(r"(?<![\w.$}])/(?:home|root|tmp|work|Users)/\w|--(?:extra-)?index-ur[l]|pypi\.or[g]/simple")
CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Complaints = Iterator[str]
Rule = Callable[[str, str], Complaints]
RULES: list[Rule] = []


def rule(found: Rule) -> Rule:
    """Register a rule: from a path in the repository and its text to what is wrong and what to do."""
    RULES.append(found)
    return found


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def nodes(path: str, text: str, rooms: tuple[str, ...] = CODE) -> Iterator[ast.AST]:
    """All nodes of a Python file in one of these rooms; nothing of any other file."""
    if path.endswith(".py") and path.startswith(rooms):
        yield from ast.walk(parsed(text))


@rule
def a_module_is_not_too_long(path: str, text: str) -> Complaints:
    lines = text.count("\n")
    if path.endswith(".py") and path.startswith(CODE) and lines > MAX_MODULE_LINES:
        yield f"{path}: {lines} lines, at most {MAX_MODULE_LINES}: split it where its subject splits"


@rule
def a_function_is_not_too_long(path: str, text: str) -> Complaints:
    for node in nodes(path, text):
        if isinstance(node, FunctionNode):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield (
                    f"{path}:{node.lineno}: {node.name} has {lines} lines, at most {MAX_FUNCTION_LINES}: "
                    "give a step of it a name of its own"
                )


@rule
def a_package_file_is_empty(path: str, text: str) -> Complaints:
    if path.endswith("__init__.py") and text.strip():
        yield f"{path}: must be empty: put the code in a module with a name"


@rule
def nothing_is_left_unfinished(path: str, text: str) -> Complaints:
    if path.startswith((*CODE, "scripts/", "tests/")):
        for number, line in enumerate(text.splitlines(), 1):
            if found := UNFINISHED.search(line):
                yield f"{path}:{number}: {found.group()}: finish it, or leave it out and say so in the docs"


@rule
def money_and_points_are_exact(path: str, text: str) -> Complaints:
    for node in nodes(path, text, PURE):
        literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        made = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
        if literal or made:
            line = getattr(node, "lineno", 0)
            yield f"{path}:{line}: a float rounds by itself: use int (eurocent), Fraction or Decimal"


@rule
def a_module_is_named_after_its_subject(path: str, _text: str) -> Complaints:
    if PurePosixPath(path).name in {"utils.py", "util.py", "helpers.py", "misc.py"}:
        yield f"{path}: name the module after what it is about"


@rule
def what_is_public_has_a_docstring(path: str, text: str) -> Complaints:
    if path.endswith(".py") and path.startswith(CODE) and text.strip():
        tree = parsed(text)
        if ast.get_docstring(tree) is None:
            yield f"{path}:1: the module says what it is in a docstring"
        yield from _undocumented(path, tree)


def _undocumented(path: str, parent: ast.Module | ast.ClassDef) -> Complaints:
    for node in parent.body:
        if not isinstance(node, FunctionNode | ast.ClassDef) or node.name.startswith("_"):
            continue
        decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
        if ast.get_docstring(node) is None and not decorators & {"overload", "override", "setter"}:
            yield f"{path}:{node.lineno}: {node.name} is public: say what it is in a docstring"
        if isinstance(node, ast.ClassDef):
            yield from _undocumented(path, node)


@rule
def the_vocabulary_and_the_contexts_are_pure(path: str, text: str) -> Complaints:
    for node in nodes(path, text, PURE):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            if name.partition(".")[0] in NOT_PURE:
                line = getattr(node, "lineno", 0)
                yield f"{path}:{line}: imports {name}: take what you need as an argument instead"


@rule
def only_the_home_of_the_clock_looks_at_it(path: str, text: str) -> Complaints:
    if path != CLOCK_HOME:
        for node in nodes(path, text):
            if isinstance(node, ast.Attribute):
                owner = ast.unparse(node.value).rpartition(".")[2]
                if (owner, node.attr) in CLOCK:
                    yield f"{path}:{node.lineno}: {owner}.{node.attr}: take the moment or the clock instead"


@rule
def no_file_knows_one_machine(path: str, text: str) -> Complaints:
    for number, line in enumerate(text.splitlines(), 1):
        if found := MACHINE.search(line):
            yield f"{path}:{number}: {found.group()!r} exists on one machine only: use a path in this folder"


@cache
def repository() -> dict[str, str]:
    """Every text file that is, or is about to be, part of the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive: no git, but all its files
        rooms = ("actors", "storage", "tests", "scripts", "docs")
        listed = [p.relative_to(ROOT).as_posix() for room in rooms for p in (ROOT / room).rglob("*")]
    texts = {}
    for path in listed:
        file = ROOT / path
        if not path or not file.is_file() or "__pycache__" in path:
            continue
        content = file.read_bytes()
        if b"\0" not in content:
            texts[path] = content.decode("utf-8", errors="replace")
    return texts


@pytest.mark.parametrize("kept", RULES, ids=lambda found: found.__name__)
def test_the_repository_keeps_the_rule(kept: Rule) -> None:
    complaints = [line for path, text in repository().items() for line in kept(path, text)]
    assert not complaints, "\n" + "\n".join(complaints)


def test_the_rules_see_the_repository() -> None:
    assert sum(path.startswith(CODE) for path in repository()) > 10
    assert "tests/test_tidy.py" in repository()


PLANTED = [
    (a_module_is_not_too_long, "storage/lang.py", '"""Long."""\n' + "\n" * MAX_MODULE_LINES),
    (a_function_is_not_too_long, "actors/lang.py", "def f():\n" + "    x = 1\n" * MAX_FUNCTION_LINES),
    (a_package_file_is_empty, "actors/register/__init__.py", "from actors import register\n"),
    (nothing_is_left_unfinished, "storage/keys.py", "x = 1  # TO" + "DO later\n"),
    (nothing_is_left_unfinished, "actors/cli/main.py", "raise Not" + "ImplementedError\n"),
    (money_and_points_are_exact, "actors/contexten/spitspas/regels.py", "punten = 0.5\n"),
    (money_and_points_are_exact, "actors/register/claim.py", "punten = float('1')\n"),
    (a_module_is_named_after_its_subject, "storage/utils.py", ""),
    (what_is_public_has_a_docstring, "storage/keys.py", "x = 1\n"),
    (what_is_public_has_a_docstring, "storage/keys.py", '"""Keys."""\ndef key(): return 1\n'),
    (what_is_public_has_a_docstring, "storage/keys.py", '"""Keys."""\nclass Key: pass\n'),
    (
        what_is_public_has_a_docstring,
        "actors/k.py",
        '"""K."""\nclass K:\n    """K."""\n    def k(self): pass\n',
    ),
    (the_vocabulary_and_the_contexts_are_pure, "actors/register/claim.py", "import os.path\n"),
    (the_vocabulary_and_the_contexts_are_pure, "actors/contexten/x/regels.py", "from time import sleep\n"),
    (only_the_home_of_the_clock_looks_at_it, "storage/feed.py", "nu = datetime.datetime.now()\n"),
    (only_the_home_of_the_clock_looks_at_it, "actors/runtime/router.py", "nu = time.time()\n"),
    (no_file_knows_one_machine, "docs/index.md", "cd /" + "home/jan/gevolg\n"),
    (no_file_knows_one_machine, "scripts/omgeving", "open /" + "tmp/x\n"),
    (no_file_knows_one_machine, "scripts/requirements.txt", "--index" + "-url x\n"),
]


@pytest.mark.parametrize(("kept", "path", "text"), PLANTED, ids=lambda value: getattr(value, "__name__", ""))
def test_a_planted_fault_is_found(kept: Rule, path: str, text: str) -> None:
    (complaint,) = kept(path, text)
    assert complaint.startswith(path)
    assert ": " in complaint


def test_every_rule_has_a_planted_fault() -> None:
    assert {planted for planted, _path, _text in PLANTED} == set(RULES)


@pytest.mark.parametrize(
    ("kept", "path", "text"),
    [
        (a_module_is_not_too_long, "storage/kort.py", "\n" * MAX_MODULE_LINES),
        (
            a_function_is_not_too_long,
            "actors/kort.py",
            "def f():\n" + "    x = 1\n" * (MAX_FUNCTION_LINES - 1),
        ),
        (a_package_file_is_empty, "actors/__init__.py", ""),
        (money_and_points_are_exact, "actors/register/claim.py", "punten = 1\nsoort: float\n"),
        (money_and_points_are_exact, "actors/runtime/router.py", "wachttijd = 0.5\n"),
        (what_is_public_has_a_docstring, "storage/keys.py", '"""Keys."""\ndef _key(): return 1\n'),
        (only_the_home_of_the_clock_looks_at_it, CLOCK_HOME, "nu = datetime.now(UTC)\n"),
        (
            no_file_knows_one_machine,
            "docs/index.md",
            "see docs/home/index.md and https://example.org/root/x\n",
        ),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_in_order_is_left_alone(kept: Rule, path: str, text: str) -> None:
    assert list(kept(path, text)) == []
