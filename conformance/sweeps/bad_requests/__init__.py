"""Bad requests to every route: wrong ids, methods, bodies, arguments and headers, by the thousand."""
