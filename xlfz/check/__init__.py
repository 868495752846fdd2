"""Checks: a return -> validated values and findings. Rules are small generators in one registry."""
