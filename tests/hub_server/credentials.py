"""Trusted publishing: an identity token of a build service, exchanged for a token of the Hub (RFC 8693).

The build service is GitHub's, as a job with ``permissions: id-token: write`` sees it.
"""

from __future__ import annotations

from tests.hub_server.account import Account
from tests.hub_server.handler import Request, Response
from tests.hub_server.repository import RefusedError

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"


def exchange(request: Request) -> Response:
    """``POST /oauth/token``."""
    asked = request.json()
    if (asked.get("grant_type"), asked.get("subject_token_type")) != (GRANT, ID_TOKEN):
        raise RefusedError(400, "unsupported_grant_type")
    resource = asked["resource"]
    if asked["subject_token"] not in request.hub.id_tokens:
        raise RefusedError(401, "invalid_grant: the id token is not valid")
    if resource not in request.hub.publishers:
        raise RefusedError(403, f"access_denied: no trusted publisher of {resource} matches the id token")
    token = f"hf_jwt_loopback{len(request.hub.exchanged):04}"
    request.hub.exchanged.append(token)
    request.hub.accounts[token] = Account(resource.partition("/")[0])
    if request.hub.exchanged_uses is not None:
        request.hub.uses[token] = request.hub.exchanged_uses
    answer = {"access_token": token, "token_type": "bearer", "expires_in": request.hub.exchanged_seconds}
    return Response.of(answer)


def identify(request: Request) -> Response:
    """``GET /actions/id-token?audience=…``: a fresh identity token for the job that holds the request token."""
    if request.authorization != f"Bearer {request.hub.job_token}":
        raise RefusedError(401, "The request token is not this job's.")
    token = f"eyJloopback{len(request.hub.id_tokens)}"
    request.hub.id_tokens.add(token)
    return Response.of({"value": token})
