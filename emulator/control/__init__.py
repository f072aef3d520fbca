"""The emulator's own routes, /emulator/...: what tests in any language arrange and look at, and a page for people.

A door as `rest/` is: it asks the rooms of a server. No route of it is one of Orthanc's.
"""
