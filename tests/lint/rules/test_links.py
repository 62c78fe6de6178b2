from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.lint.rules.links import RULES
from tests.lint.asking import OWN_CARDS, ask, undisclosed


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("It is made of (https://acme/gull-4b).", "acme"),
        ("See [gull](http://gull-4b/tree/main).", "gull-4b"),
        ("See https://huggingface/acme/gull-4b", "huggingface"),
        (
            "Of [acme/gull-4b-GPTQ](https://huggingface.co/gull-4b-GPTQ).",
            "https://huggingface.co/gull-4b-GPTQ",
        ),
        ("| [acme/gull](https://huggingface.co/gull) |\n|---|\n| x |", "https://huggingface.co/gull"),
    ],
)
def test_a_link_that_leads_nowhere(text: str, at: str) -> None:
    (answer,) = ask(RULES, f"# Gull\n\n{text}\n")
    assert (answer.rule, answer.at) == ("link-address", at)


@pytest.mark.parametrize(
    "text",
    [
        "See [gull](https://huggingface.co/acme/gull-4b) and http://localhost:8000/v1 and http://127.0.0.1/x.",
        "Of [acme/gull](https://huggingface.co/acme/gull/tree/main), by [acme](https://huggingface.co/acme).",
        "Of [gull-4b](https://huggingface.co/gull-4b) or [acme/gull](https://huggingface.co/tern).",
        "Write `https://acme/gull` there, and https://example.org/gull.",
        "On [acme/gulls](https://huggingface.co/datasets/gulls).",
    ],
)
def test_links_as_they_should_be(text: str) -> None:
    assert ask(RULES, f"# Gull\n\n{text}\n") == []


COMMAND = "hf download [acme/gull](https://huggingface.co/acme/gull) --local-dir ."


def test_a_link_in_a_command() -> None:
    (answer,) = ask(RULES, f"# Gull\n\n```sh\n# A comment\n{COMMAND}\n```\n")
    assert (answer.rule, answer.severity) == ("command-link", "error")
    assert answer.at == "[acme/gull](https://huggingface.co/acme/gull)"
    assert ask(RULES, "# Gull\n\n```markdown\n[acme/gull](https://huggingface.co/acme/gull)\n```\n") == []


@pytest.mark.parametrize("path", OWN_CARDS, ids=lambda path: path.parent.name)
def test_own_cards(path: Path) -> None:
    assert undisclosed(RULES, path) == []
