"""How a target is asked: requests and answers, clients in process and over HTTP, a scenario's session, configurations.

It takes from `files`, and gives to every room above. Nothing here decides what is asked, or judges an answer.
"""
