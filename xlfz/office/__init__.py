"""The office: the service behind every face. One working folder, progress and results as data."""
