"""Where workers run: environments that cardgen makes for itself, or the current one."""

from cardgen.catalog.environments import locked_packages
from cardgen.run.environments.choice import choose_environments, find_environment, managed_environment
from cardgen.run.environments.current import current_environment
from cardgen.run.environments.launch import lay_package, worker_environ, worker_path
from cardgen.run.environments.managed import (
    Interpreter,
    ManagedEnvironment,
    ensure_environment,
    list_environments,
    obtain_environment,
    remove_environment,
)

__all__ = [
    "Interpreter",
    "ManagedEnvironment",
    "choose_environments",
    "current_environment",
    "ensure_environment",
    "find_environment",
    "lay_package",
    "list_environments",
    "locked_packages",
    "managed_environment",
    "obtain_environment",
    "remove_environment",
    "worker_environ",
    "worker_path",
]
