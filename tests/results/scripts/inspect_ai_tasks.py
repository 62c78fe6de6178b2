"""Tasks of inspect_ai: ``INSPECT_LOG_FORMAT=json inspect eval inspect_ai_tasks.py --model mockllm/model --log-dir
FOLDER --epochs 2 --limit 4``; with ``INSPECT_LOG_FORMAT=eval`` it writes the other kind of log. inspect_ai 0.3.285.
"""

from __future__ import annotations

from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.model import ModelOutput
from inspect_ai.scorer import includes, match
from inspect_ai.solver import Generate, Solver, TaskState, solver


@solver  # type: ignore[untyped-decorator]
def hello() -> Solver:
    """Answers as the model of no weights does, without counting tokens, for which it would fetch a vocabulary."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        state.output = ModelOutput.from_content(str(state.model), "Default")
        return state

    return solve


@task  # type: ignore[untyped-decorator]
def greetings() -> Task:
    """Half of the answers are right."""
    samples = [Sample(input=f"Say {n}", target="Default" if n % 3 else "other", id=n) for n in range(6)]
    return Task(dataset=samples, solver=hello(), scorer=[includes(), match()], version=3)


@solver  # type: ignore[untyped-decorator]
def failing() -> Solver:
    """A solver that fails."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        raise RuntimeError(str(state.sample_id))

    return solve


@task  # type: ignore[untyped-decorator]
def broken() -> Task:
    """Fails, so that its log has no results."""
    return Task(dataset=[Sample(input="x", target="y")], solver=failing(), scorer=includes())
