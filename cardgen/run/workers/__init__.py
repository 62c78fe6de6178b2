"""A step's job in a process of a backend's environment, which may crash, hang or be killed.

``warm`` asks a process that has imported its libraries (``server``) to fork a child for each job; ``fresh`` starts an
interpreter for one job. Either way ``child`` does the job, and says what ``protocol`` lists. What a new kind of step
does is a case in ``dispatch``, and what it imports one in ``libraries``.
"""
