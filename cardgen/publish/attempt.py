"""One push of what is laid out: compared, sent, and, where the Hub has moved on meanwhile, compared again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cardgen import __version__
from cardgen.errors import HubError
from cardgen.manifest.model import LoadedManifest
from cardgen.manifest.prose import read_prose
from cardgen.publish import tags
from cardgen.publish.adopted import refuse_others
from cardgen.publish.gate import EDITS_WRONG, with_exceptions
from cardgen.publish.hub import Commit, Hub
from cardgen.publish.hub.errors import ConnectionLostError, HeadMovedError, MetadataRejectedError
from cardgen.publish.marker import MARKER, RENDERED
from cardgen.publish.meaning import Meaning, Tell, request_text
from cardgen.publish.merge.model import Merged
from cardgen.publish.merge.readme import Target, edited, edited_beside, with_edits
from cardgen.publish.outcome import Log, Outcome, PushOptions
from cardgen.publish.plan import README, LocalFile, PublishPlan, RemoteState, plan_publish
from cardgen.publish.rejection import at_its_line
from cardgen.publish.signature import SIGNATURE
from cardgen.publish.signature_choice import choose_signature
from cardgen.publish.staging import stage_marker, stage_text

ATTEMPTS = 3
"""How often a commit is planned anew when the Hub's head has moved."""


class Attempt:
    """One push: what stays the same while it is planned, sent and, if need be, planned again."""

    def __init__(
        self,
        loaded: LoadedManifest,
        files: Sequence[LocalFile],
        folder: Path,
        hub: Hub,
        options: PushOptions,
        log: Log,
        tell: Tell,
    ) -> None:
        self.loaded = loaded
        self.name = loaded.name
        self.repo_id = loaded.repo_id
        self.files = files
        self.folder = folder
        """What is published lies here."""
        self.readme = next(file for file in files if file.path == README).source.read_text(encoding="utf-8")
        self.prose = tuple(read_prose(loaded).values())
        self.sent = tuple(files)
        """What the last commit was made of."""
        self.title = ""
        """Its message."""
        self.message = options.message or f"Publish {loaded.name} with cardgen {__version__}"
        self.meaning: Meaning | None = None
        """What the commit that was planned last changes."""
        self.tell = tell
        self.description = f"<!-- cardgen: {loaded.name} -->"
        """In a pull request, by this its next push finds it."""
        self.hub = hub
        self.options = options
        self.log = log

    def run(self) -> Outcome:
        """Compare, and send what there is to send.

        Raises:
            HubError: where the Hub refuses, holds somebody else's edits, or does not answer.
        """
        lost: ConnectionLostError | None = None
        parent = ""
        """What the commit was made on whose answer was lost."""
        for _ in range(ATTEMPTS):
            try:
                request = self._own_pull_request()
                if lost and (arrived := self._arrived(parent, request)):
                    return arrived
                plan, branch_exists = self._plan(request)
            except ConnectionLostError as error:
                raise _unsettled(self.repo_id, error) if lost else error from None
            if plan.empty and branch_exists:
                if not self.options.dry_run:
                    self._tag(str(plan.parent))
                return Outcome("unchanged", plan, self._head(plan, request))
            if self.options.dry_run:
                return Outcome("planned", plan, None)
            if lost and self.options.create_pr and request is None:
                raise lost  # unlike a commit, a second pull request would not be refused
            if self.options.tag is not None:
                tags.refuse_taken(self.hub, plan, self.options.tag)
            if plan.parent is None:
                self.hub.create_repository(self.repo_id, private=self.options.private)
                plan, branch_exists = self._plan(request)
            if not branch_exists:
                self.hub.create_branch(self.repo_id, plan.revision, str(plan.parent))
            if plan.empty:
                self._tag(str(plan.parent))
                return Outcome("pushed", plan, self._head(plan, request))
            parent = str(plan.parent)
            self.title = plan.message
            self.sent = tuple(file.local for file in plan.files)
            try:
                plan, made = self._send(plan, request)
                self._tag(made.oid)
            except HeadMovedError:
                self.log(f"{self.repo_id} has moved on; comparing again")
                lost = None
            except ConnectionLostError as error:
                self.log(f"No answer from the Hub; looking whether the commit arrived at {self.repo_id}")
                lost = error
            else:
                return Outcome("pushed", plan, made)
        raise lost or HubError(
            f"{self.repo_id} moved on {ATTEMPTS} times while it was being pushed to. Nothing was changed.",
            remedy="Push again when nobody else is committing there.",
        )

    def _arrived(self, parent: str, request: int | None) -> Outcome | None:
        """What became of a commit whose answer was lost, whatever others did on top of it; ``None`` if it is not there.

        The Hub makes a commit on the parent that it names or not at all, so that ours is the first after it, if any.
        """
        revision = self._revision(request)
        oid = self.hub.first_after(self.repo_id, revision, parent)
        if oid is None:
            return None
        remote = self.hub.read(self.repo_id, oid)
        if any(
            (there := remote.files.get(file.path)) is None or not there.holds(file.sha256, file.blob)
            for file in self.sent
        ):
            return None
        plan = self._planned(revision, remote)
        if request:
            self._describe(request)
        self._tag(oid)
        return Outcome("pushed", plan, self._head(plan, request))

    def _tag(self, oid: str) -> None:
        if self.options.tag is not None:
            tags.give(self.hub, self.repo_id, self.options.tag, oid)

    def _revision(self, request: int | None) -> str:
        return f"refs/pr/{request}" if request else self.options.revision

    def _own_pull_request(self) -> int | None:
        if not self.options.create_pr or self.hub.token is None:
            return None
        return self.hub.own_pull_request(self.repo_id, self.description)

    def _plan(self, request: int | None) -> tuple[PublishPlan, bool]:
        revision = self._revision(request)
        remote = self.hub.read(self.repo_id, revision)
        refuse_others(self.loaded, self.repo_id, remote)
        return self._planned(revision, remote), remote.branch_exists or remote.head is None

    def _planned(self, revision: str, remote: RemoteState) -> PublishPlan:
        merged = self._merged(revision, remote)
        against = self.options.against | ({EDITS_WRONG} if merged and merged.wrong else set())
        text = merged.text if merged else self.readme
        plan = plan_publish(
            self.repo_id,
            revision,
            self._files(text, remote),
            remote,
            manifest=self.name,
            readme=text,
            message=with_exceptions(self.message, against),
            replaces=self.options.replace,
            merged=merged is not None,
        )
        if merged is not None:
            self._say_edits(merged)
            if (
                text != self.readme
                and not plan.deletions
                and {file.path for file in plan.changes} <= {MARKER, RENDERED}
            ):
                # The Hub has it all: people's edits alone are no reason for a commit.
                plan = replace(plan, files=tuple(replace(file, status="unchanged") for file in plan.files))
            plan = replace(plan, kept=merged.kept, deleted=merged.deleted)
        if plan.empty or remote.head is None or remote.marker is None:
            return plan
        now = {part.repo_id for part in self.loaded.parts}
        before = dict.fromkeys(remote.marker.repositories.values())
        plan = replace(plan, left=tuple(repo_id for repo_id in before if repo_id not in now))
        self.meaning = self.tell(self.loaded, remote.head)
        if self.meaning is None or self.options.message:
            return plan
        return replace(plan, message=with_exceptions(f"{self.name}: {self.meaning.headline}", against))

    def _merged(self, revision: str, remote: RemoteState) -> Merged | None:
        """The card with what people edited where it goes and, for a request, also where it is to be merged."""
        allow_wrong = EDITS_WRONG in self.options.allow
        target = Target(self.repo_id, revision, remote)
        card = edited(self.hub, target, self.readme)
        merged = with_edits(card, target, self.readme, self.prose, allow_wrong=allow_wrong) if card else None
        if revision == self.options.revision or not remote.branch_exists:
            return merged
        branch = Target(self.repo_id, self.options.revision, self.hub.read(self.repo_id, self.options.revision))
        card = edited_beside(self.hub, branch, remote)
        if card is None:
            return merged
        text = merged.text if merged else self.readme
        both = with_edits(card, branch, text, self.prose, allow_wrong=allow_wrong)
        if merged is None:
            return both
        kept, deleted = ((*dict.fromkeys(each),) for each in (merged.kept + both.kept, merged.deleted + both.deleted))
        return replace(both, kept=kept, deleted=deleted, wrong=merged.wrong or both.wrong)

    def _files(self, text: str, remote: RemoteState) -> Sequence[LocalFile]:
        """What is to be on the Hub, with this text for a card, where this is there."""
        others = [file for file in self.files if file.path not in (README, MARKER)]
        files = [*others, stage_text(self.folder, README, text)]
        if text == self.readme:
            (self.folder / RENDERED).unlink(missing_ok=True)
        else:
            files.append(stage_text(self.folder, RENDERED, self.readme))
        signature = choose_signature(self.hub, self.repo_id, remote, files, self.options.signer, self.log)
        if signature is not None:
            files.append(stage_text(self.folder, SIGNATURE, signature))
        return [*files, stage_marker(self.folder, self.loaded, files)]

    def _say_edits(self, merged: Merged) -> None:
        if merged.kept:
            self.log(f"{self.repo_id}: README.md was edited there, and keeps its {', '.join(merged.kept)}")
        if merged.deleted:
            self.log(f"{self.repo_id}: deleted there, and not written again: {', '.join(merged.deleted)}")

    def _send(self, plan: PublishPlan, request: int | None) -> tuple[PublishPlan, Commit]:
        new_request = self.options.create_pr and request is None
        description = self.description if new_request else ""
        try:
            made = self.hub.commit(plan, description=description, create_pr=new_request)
        except MetadataRejectedError as rejected:
            raise at_its_line(self.loaded, rejected) from None
        number = request or made.number
        if number is None:
            return plan, made
        self._describe(number)
        oid = made.oid
        if new_request and (more := self._caught_up(str(plan.parent), number)):
            plan = more
            oid = self.hub.commit(plan, description="", create_pr=False).oid
        return plan, Commit(
            oid, self.hub.commit_url(self.repo_id, oid), self.hub.pull_request_url(self.repo_id, number), number
        )

    def _describe(self, number: int) -> None:
        text = request_text(self.description, self.repo_id, number, self.meaning)
        self.hub.describe_pull_request(self.repo_id, number, title=self.title, text=text)

    def _caught_up(self, parent: str, number: int) -> PublishPlan | None:
        """What a new pull request must hold besides, since the Hub opens it on its parent, however old that is.

        Where somebody committed meanwhile, it is compared anew.

        Raises:
            HubError: where what they changed contradicts it.
        """
        remote = self.hub.read(self.repo_id, self.options.revision)
        if remote.head == parent:
            return None
        place = self.hub.pull_request_url(self.repo_id, number)
        self.log(f"{self.repo_id} has moved on while {place} was opened; comparing again")
        try:
            wanted = self._planned(self.options.revision, remote)
        except HubError as error:
            raise HubError(
                f"{place} was opened, and cannot be merged as it is: {error.message}", remedy=error.remedy
            ) from None
        revision = f"refs/pr/{number}"
        mine = self.hub.read(self.repo_id, revision)
        files = [file.local for file in wanted.files]
        readme = next(file for file in files if file.path == README).source.read_text(encoding="utf-8")
        plan = plan_publish(
            self.repo_id,
            revision,
            files,
            mine,
            manifest=self.name,
            readme=readme,
            message=wanted.message,
            replaces=self.options.replace,
        )
        return None if plan.empty else plan

    def _head(self, plan: PublishPlan, request: int | None) -> Commit:
        oid = str(plan.parent)
        url = self.hub.pull_request_url(self.repo_id, request) if request else None
        return Commit(oid, self.hub.commit_url(self.repo_id, oid), url)


def _unsettled(repo_id: str, error: ConnectionLostError) -> HubError:
    return HubError(
        f"A commit was sent to {repo_id}, but no answer came; whether it arrived is unknown. {error.message}",
        remedy="Push again when the Hub can be reached: if it is all there, nothing is sent.",
    )
