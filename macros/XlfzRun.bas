Option Explicit
' One verb on one workbook: through xlwings where its add-in is loaded, else through the command.

Private busy As Boolean

Public Sub XlfzDo(ByVal verb As String, ByVal book As Object)
    If busy Then
        Application.StatusBar = XlfzText("busy")
    Else
        busy = True
        RunVerb verb, book
        busy = False
    End If
End Sub

Private Sub RunVerb(ByVal verb As String, ByVal book As Object)
    On Error GoTo Failed
    If XlfzHasRunPython() And Not book Is Nothing Then
        XlfzRunPython verb
    Else
        XlfzShellOut verb, book
    End If
    Exit Sub
Failed:
    XlfzShow book, XlfzText("failed") & " (" & Err.Description & ")"
End Sub
