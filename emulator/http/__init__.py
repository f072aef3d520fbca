"""HTTP/1.1 on a port: bytes become requests of WSGI, and answers bytes, as Orthanc's web server has it.

Measured on 1.9.1, 1.10.1, 1.12.7 and 1.13.0. It knows no release and no REST API: `Manners` says what differs.
"""
