"""Notices as Word documents: 催报函 and 督办单, laid out as GB/T 9704 has official documents.

Takes a check report and the workbench; gives frozen `Notice`s, and fills them into templates that
staff may edit. Reads and writes no file; forbids sentences that only the code could change: what the
templates say stands in the templates.
"""
