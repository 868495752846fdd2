"""Getting xlfz onto an office's computer: the add-in in Excel, what `doctor` looks at, the offline bundle.

Takes a `System` (what computer this is); touches Excel's folders and xlwings' settings, never a
working folder, and imports no xlwings. Prints nothing.
"""
