from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.inherit.parse import parse_card
from cardgen.lint.reading.python_code import Python, read_python, runnable


def read(*snippets: str, language: str = "python") -> list[Python]:
    return read_python(parse_card("# M\n\n" + "\n\n".join(f"```{language}\n{code}\n```" for code in snippets) + "\n"))


def test_a_session_is_read_without_its_output() -> None:
    code = ">>> from x import y\n>>> for a in y:\n...     print(a)\n...\n{'a': 1}\n"
    assert runnable(code) == "from x import y\nfor a in y:\n    print(a)\n\n\n"


def test_lines_for_a_shell_are_left_out() -> None:
    assert runnable("!pip install x\n%cd y\npip install z\nimport x\n") == "\n\n\nimport x\n"
    assert runnable("pip install x\n") is None


def test_indented_code_is_moved_to_the_margin() -> None:
    assert runnable("    a = 1\n    if a:\n        b = 2\n") == "a = 1\nif a:\n    b = 2\n"


@pytest.mark.parametrize(
    ("language", "count"), [("python", 1), ("py", 1), ("pycon", 1), ("", 1), ("bash", 0), ("json", 0)]
)
def test_which_code_is_python(language: str, count: int) -> None:
    assert len(read("import x", language=language)) == count


@pytest.mark.parametrize(
    "before", ["pip install x", "$ pip install x\n\n# then", "!pip install x", "\n", "# load", "conda install x\r\n"]
)
def test_python_is_known_behind_what_installs_it(before: str) -> None:
    (python,) = read(f"{before}\nfrom x import y\ny.from_pretrained('o/m')", language="")
    assert [loading.id for loading in python.loadings()] == ["o/m"]


@pytest.mark.parametrize("code", ["pip install x", "pip install x\nhf download o/m", "echo 1\nimport x"])
def test_commands_alone_are_no_python(code: str) -> None:
    assert read(code, language="") == []


def test_names_and_strings_are_known_further_down() -> None:
    first, second = read("from a.b import C as D\nname = 'owner/m'", "model = D.from_pretrained(name)")
    assert [(load.callee, load.id) for load in second.loadings()] == [("a.b.C", "owner/m")]
    assert list(second.undefined()) == []
    assert list(first.loadings()) == []


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("X.from_pretrained('o/m')", "o/m"),
        ("X.from_pretrained(pretrained_model_name_or_path='o/m')", "o/m"),
        ("X.from_pretrained(base, 'o/adapter')", "o/adapter"),
        ("X.from_pretrained(model_id)", None),
        ("pipeline('fill-mask', model='o/m')", "o/m"),
        ("pipeline('fill-mask', 'o/m')", "o/m"),
    ],
)
def test_what_is_loaded(code: str, loaded: str | None) -> None:
    (python,) = read(code)
    assert [load.id for load in python.loadings()] == [loaded]


@pytest.mark.parametrize("code", ["pipeline('fill-mask', model=model)", "pipeline('fill-mask')", "print('o/m')"])
def test_what_loads_nothing(code: str) -> None:
    (python,) = read(code)
    assert list(python.loadings()) == []


@pytest.mark.parametrize(
    ("code", "undefined"),
    [
        ("print(x)\nprint(x)", ["x"]),
        ("x = 1\nprint(x)", []),
        ("for a, *b in []:\n    print(a, b)", []),
        ("def f(a, *b, **c):\n    return a, b, c, g", ["g"]),
        ("[a for a in range(3)]", []),
        ("with open('f') as f:\n    f.read()", []),
        ("try:\n    pass\nexcept E as e:\n    print(e)", ["E"]),
        ("if (n := 3) > 2:\n    print(n)", []),
        ("match 1:\n    case {'a': a, **rest}:\n        print(a, rest)", []),
        ("import a.b\na.b.c()", []),
        ("from a import *\nprint(anything)", []),
        ("class C: ...\nC()", []),
    ],
)
def test_names_that_are_not_defined(code: str, undefined: list[str]) -> None:
    (python,) = read(code)
    assert [use.id for use in python.undefined()] == undefined


def test_code_that_does_not_parse() -> None:
    (python,) = read("x = 1\nif x\n    y")
    assert not python.nodes
    assert python.error_line == 2
    assert python.document.slice(python.place(2)) == "if x"


@given(st.text(st.sampled_from("abc().='\"\n >!%:[]{}\\\0"), max_size=60))
def test_any_code_can_be_read(code: str) -> None:
    for python in read(code):
        list(python.loadings())
        list(python.undefined())
