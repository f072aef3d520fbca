"""The REST API as a WSGI application: one module per family of routes, and nothing but HTTP in it."""
