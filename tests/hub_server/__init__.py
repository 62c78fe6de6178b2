"""A Hub on the loopback interface, for the genuine huggingface_hub client to talk to."""

from tests.hub_server.faults import Fault
from tests.hub_server.repository import Repository
from tests.hub_server.server import HubServer, LoggedRequest

__all__ = ["Fault", "HubServer", "LoggedRequest", "Repository"]
