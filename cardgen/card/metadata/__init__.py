"""What the Hub reads: front matter, model-index, leaderboard files, and whether the Hub will take them."""
