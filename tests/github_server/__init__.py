"""GitHub's REST API on the loopback interface, as much as a review asks: it keeps state and takes nothing wrong."""

from tests.github_server.faults import Fault
from tests.github_server.server import GithubServer, LoggedRequest

__all__ = ["Fault", "GithubServer", "LoggedRequest"]
