"""Bad requests to every route: wrong ids, methods, bodies, arguments and headers, by the thousand.

It takes from `client_methods` beside it (the resources that are asked about) and from what `sweeps` takes from, and
gives to `commands`.
"""
