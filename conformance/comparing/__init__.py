"""What two answers have in common: logs made comparable, generated identifiers and times masked, and differences.

It takes from `asking` and `files`, and gives to `scenarios` and to the rooms that compare: `targets`, `recorder`,
`exploring`, `sweeps` and `reports`.
"""
