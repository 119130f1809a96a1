"""Contract suites: what every adapter and plug-in must hold.

Subclass a suite in a test module and give it the thing to test; pytest collects the rest. They need
the extra ``fdd[testing]`` (pytest, hypothesis) and nothing else of the project's own tests.
"""
