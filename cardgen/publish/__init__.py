"""From local files to the Hub, in one commit."""
