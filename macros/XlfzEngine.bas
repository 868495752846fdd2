Option Explicit
' The way to xlwings. RunPython is called by its name at run time: a module that called it directly
' would not compile where xlwings is not installed, and one such module disables the whole project.

Public Function XlfzHasRunPython() As Boolean
    Dim found As String
    On Error Resume Next
    found = Workbooks("xlwings.xlam").Name
    XlfzHasRunPython = (LCase$(found) = "xlwings.xlam")
End Function

Public Sub XlfzRunPython(ByVal verb As String)
    Application.Run "xlwings.xlam!RunPython", "import xlfz.addin; xlfz.addin.run('" & verb & "')"
End Sub
