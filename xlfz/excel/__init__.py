"""Excel files as data: what is read (content), what is written (plan). Knows no indicator."""
