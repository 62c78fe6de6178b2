"""The review of a pull request as GitHub shows it: one comment, one commit status, the job's summary.

``event.py`` says what is reviewed and ``history.py`` gets the commits for it; ``report.py`` writes what people read;
``comment.py`` and ``status.py`` hand it to GitHub by ``api.py``, the only file that talks to it.
"""
