"""Returns: a file that came back -> rows with addresses, realigned to the form, without judgement."""
