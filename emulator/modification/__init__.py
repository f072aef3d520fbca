"""Modify: a request (Replace, Remove, Keep, ...) -> an edited file, and the cascade of it over a resource."""
