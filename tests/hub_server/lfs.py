"""Large files: the batch interface of Git LFS (https://github.com/git-lfs/git-lfs, docs/api/batch.md).

The Hub adds a transfer of its own, ``multipart``: https://github.com/huggingface/huggingface_hub (lfs.py).
"""

from __future__ import annotations

import hashlib

from tests.hub_server.handler import Request, Response
from tests.hub_server.repository import RefusedError, Repository


def batch(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """Where each object goes: whole, in parts where the Hub wants that, or nowhere where it is there."""
    base = request.hub.endpoint + request.path[: request.path.index(".git/info/lfs/")]
    signature = f"signature={request.hub.signature}"
    asked = request.json()
    if asked.get("operation") != "upload" or asked.get("hash_algo", "sha256") != "sha256":
        raise RefusedError(422, "Only uploads that are named by SHA-256 are known.")
    part = request.hub.part_bytes if "multipart" in asked.get("transfers", []) else None
    objects = []
    for item in asked["objects"]:
        oid, size = item["oid"], item["size"]
        entry = {"oid": oid, "size": size}
        if oid not in repository.lfs:
            upload: dict[str, object] = {"href": f"{base}/lfs-upload/{oid}?{signature}"}
            if part is not None and size > part:
                urls = {
                    f"{number:05}": f"{base}/lfs-part/{oid}/{number}?{signature}"
                    for number in range(1, -(-size // part) + 1)
                }
                upload = {
                    "href": f"{base}/lfs-complete/{oid}?{signature}",
                    "header": {"chunk_size": str(part), **urls},
                }
            entry["actions"] = {"upload": upload, "verify": {"href": f"{base}/lfs-verify?create_pr=1"}}
        objects.append(entry)
    return Response.of({"transfer": "basic" if part is None else "multipart", "objects": objects})


def upload(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """Take the content of one object; it must have the hash that it was announced with."""
    _keep(repository, names["oid"], request.body)
    return Response()


def upload_part(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """Take one part of an object."""
    etag = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
    repository.parts[names["oid"], int(names["number"])] = (etag, request.body)
    return Response(headers={"ETag": f'"{etag}"'})


def complete(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """Join an object's parts, all of which must be there."""
    oid = names["oid"]
    content = bytearray()
    for number, part in enumerate(request.json()["parts"], start=1):
        etag, data = repository.parts.get((oid, number), ("", b""))
        if part["partNumber"] != number or part["etag"].strip('"') != etag:
            raise RefusedError(400, f"Part {number} is missing or another.")
        content += data
    _keep(repository, oid, bytes(content))
    for key in [key for key in repository.parts if key[0] == oid]:
        del repository.parts[key]
    return Response.of({"success": True})


def verify(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """The last word on an upload."""
    asked = request.json()
    data = repository.lfs.get(asked["oid"])
    if data is None or len(data) != asked["size"]:
        raise RefusedError(404, "The object was not uploaded.")
    return Response.of({"message": "Success"})


def content(request: Request, repository: Repository, names: dict[str, str]) -> Response:
    """An object, from the store that the Hub redirects to."""
    data = repository.lfs[names["oid"]]
    headers = {"ETag": f'"{names["oid"]}"', "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
    return Response(data, 200, headers)


def _keep(repository: Repository, oid: str, data: bytes) -> None:
    if hashlib.sha256(data).hexdigest() != oid:
        raise RefusedError(400, "The content does not have the announced SHA-256.")
    repository.lfs[oid] = data
