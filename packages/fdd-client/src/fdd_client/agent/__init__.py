"""The agent of a site: asks for work, does it, sends the answer, all day long.

Nothing is imported here: a command imports the modules that it needs.
"""
