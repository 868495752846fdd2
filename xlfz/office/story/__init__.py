"""Simulated answers of those who fill in further kinds of forms: for the demo and the tests only."""
