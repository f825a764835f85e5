"""How the code is laid out; import directions are import-linter's, in pyproject.toml."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
LONGEST_MODULE = 300
PURE = {"pydantic", "holidays", "challenges"}
CLOCKS = ("datetime.now", "datetime.utcnow", "date.today", "time.time", "datetime.today")
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "manager.py"}


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.split(".")[0] for name in names}


def test_the_game_uses_the_standard_library_and_its_few_named_friends():
    allowed = PURE | sys.stdlib_module_names
    strangers = {
        str(path.relative_to(ROOT)): imported(path) - allowed
        for path in modules("challenges")
        if imported(path) - allowed
    }
    assert strangers == {}, "challenges/ is pure: take what you need as an argument"


def test_only_the_clock_reads_the_time():
    readers = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in modules("app", "challenges")
        for call in CLOCKS
        if f"{call}(" in path.read_text(encoding="utf-8") and path.name != "clock.py"
    ]
    assert readers == [], "take `now` as an argument; views call clock.now()"


def imports_of(path: Path, known: set[str]) -> set[str]:
    """The modules of this project that a module imports when it is loaded."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules_in_it = {f"{node.module}.{alias.name}" for alias in node.names} & known
            # `from app import clock` needs the module, not the package's own names.
            found |= modules_in_it
            if len(modules_in_it) < len(node.names):
                found.add(node.module)
    return found & known


def test_no_imports_run_in_a_circle():
    paths = {name_of(path): path for path in modules("app", "challenges")}
    graph = {name: imports_of(path, set(paths)) for name, path in paths.items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"move what both need below both: {' -> '.join(error.args[1])}")
    assert len(order) == len(paths)


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_no_module_is_longer_than_one_subject():
    long = {
        str(path.relative_to(ROOT)): count
        for path in modules("app", "benchmarks", "challenges")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE
    }
    assert long == {}, "a module that needs this much scrolling has two subjects: split it"


def test_no_module_is_named_after_nothing():
    nameless = [str(path) for path in modules("app", "challenges") if path.name in FORBIDDEN_NAMES]
    assert nameless == [], "name the module after its subject"


def test_migrations_never_import_the_site():
    for path in (ROOT / "migrations" / "versions").glob("*.py"):
        assert not {"app", "challenges"} & imported(path), path.name


@pytest.mark.parametrize("kind", ["templates", "static"])
def test_nothing_is_fetched_from_elsewhere(kind: str):
    """No address of another site in what a browser gets; names of XML dialects are not fetched."""
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()[:80]}"
        for path in sorted((ROOT / "app" / kind).rglob("*"))
        if path.suffix in {".html", ".css", ".js", ".svg"} and "vendor" not in path.parts
        for line in path.read_text(encoding="utf-8").splitlines()
        if "//" in line.replace("http://www.w3.org/", "")
        and "://" in line.replace("http://www.w3.org/", "")
    ]
    assert found == []


def test_templates_never_switch_escaping_off():
    found = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "app" / "templates").rglob("*.html")
        if "|safe" in path.read_text(encoding="utf-8").replace(" ", "")
        or "autoescape" in path.read_text(encoding="utf-8")
    ]
    assert found == [], "stored text is never marked safe"
