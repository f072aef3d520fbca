"""Scripts that run inside the server: the Python plugin's, and Lua's. Imported where a script is configured.

A script is code that its user trusts: it runs in the process of the test, and may do there what the test may.
"""
