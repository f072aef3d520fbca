"""What came of a run, for people and machines: text, one HTML page, JUnit's XML, an explored difference as a scenario.

It takes from `exploring`, `recorder`, `targets`, `scenarios`, `comparing` and `asking`, and gives to `commands`.
"""
