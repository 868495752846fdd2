"""Scoring: every score formula declared once, as Excel text and as computed value."""
