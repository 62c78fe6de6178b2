"""The Hub, as publishing sees it: the only importer of huggingface_hub's write interface.

``client`` is what the rest of this package talks to. ``wire`` stands between huggingface_hub and its HTTP library,
``credentials`` asks for the token, ``reading`` says what a repository holds, ``sending`` makes the commit,
``collecting`` lists repositories in collections, ``errors``
is the family of what can go wrong, and ``refusals`` says which of them an error of the client is. A new call is a
method of :class:`~cardgen.publish.hub.client.Hub`, and goes through ``_asked``; it is tried with every major of
huggingface_hub that ``tests/publish/test_client_majors.py`` names.
"""

from cardgen.publish.hub.client import DEFAULT_BRANCH, Commit, Hub

__all__ = ["DEFAULT_BRANCH", "Commit", "Hub"]
