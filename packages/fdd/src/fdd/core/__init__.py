"""Values and rules that everything else is written in; imports nothing of fdd.

Nothing is imported here: a command that only reports an error does not wait for numpy.
"""
