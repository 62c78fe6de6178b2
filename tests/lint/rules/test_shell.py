from __future__ import annotations

import pytest

from cardgen.lint.rules.shell import RULES
from tests.lint.asking import ask


def card(code: str, language: str = "bash") -> str:
    return f"# Gull\n\n```{language}\n{code}\n```\n"


@pytest.mark.parametrize(
    ("code", "at"),
    [
        ("pip install transformers>=4.37.0", "transformers>=4.37.0"),
        ("$ pip3 install -U torch gull[all]<2 accelerate", "gull[all]<2"),
        ("cd gull\npython -m pip install vllm>0.6", "vllm>0.6"),
    ],
)
@pytest.mark.parametrize("language", ["bash", ""])
def test_a_bound_that_a_shell_takes_for_a_file(code: str, at: str, language: str) -> None:
    (answer,) = ask(RULES, card(code, language))
    assert (answer.rule, answer.severity, answer.at) == ("shell-redirect", "warning", at)
    assert answer.remedy == f'write `"{at}"` in quotes'


@pytest.mark.parametrize(
    "code",
    [
        'pip install "transformers>=4.37.0"',
        "pip install 'transformers>=4.37.0' torch==2.13.0",
        "pip install transformers > log.txt",
        "pip install -r requirements.txt 2>&1",
        "pip install transformers~=4.37",
    ],
)
def test_what_a_shell_takes_as_meant(code: str) -> None:
    assert ask(RULES, card(code)) == []


def test_requirements_are_no_command() -> None:
    assert ask(RULES, card("pip install transformers>=4.37.0", "text")) == []


@pytest.mark.parametrize(
    "code",
    [
        'lm_eval --model vllm \\\n  --gen_kwargs "do_sample=True,max_gen_toks=64000\n',
        'vllm serve acme/gull --speculative-config \'{"method": "mtp"}',
        '# It serves:\nvllm serve "acme/gull',
    ],
)
def test_a_quote_that_is_never_closed(code: str) -> None:
    (answer,) = ask(RULES, card(code))
    assert (answer.rule, answer.severity) == ("shell-quote", "error")
    assert answer.at in ('"', "'")


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('vllm serve "acme/gull" \\\n  --config \'{"a": 1}\'', "bash"),
        ("# It's a gull's server\nvllm serve acme/gull", "bash"),
        ('python - <<EOF\nprint("it\'s")\nEOF', "bash"),
        ("It's no command", ""),
        ('llama-cli -p "A story\n\nof gulls"', "bash"),
        ("vllm serve 'acme", "json"),
    ],
)
def test_quotes_that_are_closed(code: str, language: str) -> None:
    assert ask(RULES, card(code, language)) == []
