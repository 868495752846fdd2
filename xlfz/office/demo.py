"""Simulated returns for the demonstration: good ones, and with `typical` the usual bad ones.

Takes a workbench and a seed; gives file names and bytes as fifty units would send them back.
Deterministic: the same arguments give the same bytes. Nothing here is used outside the demo and
the tests, and nothing of it knows how the checks work: it damages files the way people do.
"""
