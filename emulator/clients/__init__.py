"""Clients in process: transports and adapters of HTTP libraries, and the interception of their calls."""
