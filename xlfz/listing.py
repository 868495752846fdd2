"""Long tables, shared by the summary and the reports."""
from xlfz.summary.detail import source_link
from xlfz.summary.frame import *
