"""Notices as Word documents: 催报函, 督办单, 考核结果反馈 and 通报, laid out as GB/T 9704 has it.

Takes a check report or a consolidation, and the workbench; gives frozen `Notice`s, and fills them into
templates that staff may edit. Reads and writes no file; forbids sentences that only the code could
change: what the templates say stands in the templates.
"""
