"""The scenarios, one module per chapter; `conformance.scenario.all_scenarios` finds them."""
