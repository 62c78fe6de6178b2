"""``python -m tests.hub_server [PORT]``: a Hub to try things on by hand."""

from __future__ import annotations

import sys
import threading

from tests.hub_server import HubServer


def main() -> None:
    """Serve until interrupted."""
    with HubServer(int(sys.argv[1]) if len(sys.argv) > 1 else 8123) as hub:
        sys.stdout.write(
            f"export HF_ENDPOINT={hub.endpoint} HF_TOKEN={hub.token} HF_HUB_DISABLE_XET=1\n"
            "A Hub that forgets everything when it ends; the user is tester. Ctrl-C ends it.\n"
        )
        sys.stdout.flush()
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
