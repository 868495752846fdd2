Option Explicit
' The buttons without xlwings: COMMAND button VERB WORKBENCH, and how it ended.

Public Sub XlfzShellOut(ByVal verb As String, ByVal book As Object)
    Dim program As String
    Dim fault As String
    fault = BookFault(verb, book)
    If fault = "" Then
        program = XlfzCommand(book)
        fault = PathFault(program & BookPath(book))
    End If
    If fault = "" And Works(verb) Then fault = SaveFault(book)
    If fault = "" Then
        RunAndShow program, verb, book
    Else
        XlfzShow book, XlfzText(fault)
    End If
End Sub

' The cell of the settings first, then the environment, then the path of the system.
Public Function XlfzCommand(ByVal book As Object) As String
    Dim found As String
    found = Trim$(XlfzNamed(book, "xlfz_command"))
    If found = "" Then found = Environ("XLFZ_COMMAND")
    If found = "" Then found = "xlfz"
    XlfzCommand = found
End Function

Private Sub RunAndShow(ByVal program As String, ByVal verb As String, ByVal book As Object)
    Dim own As String
    own = book.Path & XlfzSlash() & ".xlfz" & XlfzSlash()
    XlfzDelete own & "end.txt"
    Application.StatusBar = XlfzText("running") & XlfzText(verb)
    If XlfzOnWindows() Then
        XlfzRunWindows program, verb, BookPath(book)
    Else
        XlfzRunUnix program, verb, BookPath(book), own
    End If
    XlfzFinish book, XlfzRead(own & "end.txt")
End Sub

' Not FullName: LibreOffice gives the name alone.
Private Function BookPath(ByVal book As Object) As String
    BookPath = book.Path & XlfzSlash() & book.Name
End Function

Private Function BookFault(ByVal verb As String, ByVal book As Object) As String
    If book Is Nothing Then
        BookFault = "closed"
    ElseIf NeedsWorkbench(verb) And Not IsWorkbench(book) Then
        BookFault = "wrong"
    ElseIf book.Path = "" Then
        BookFault = "unsaved"
    ElseIf InStr(book.Path, "://") > 0 Then
        BookFault = "cloud"
    End If
End Function

' The verbs that read what is saved; the others only show something.
Private Function Works(ByVal verb As String) As Boolean
    Works = InStr(" workbench-check generate check consolidate remind status ", " " & verb & " ") > 0
End Function

Private Function NeedsWorkbench(ByVal verb As String) As Boolean
    NeedsWorkbench = InStr(" new import doctor ", " " & verb & " ") = 0
End Function

' The cell that sentences are left in: nothing else than a workbench has it.
Private Function IsWorkbench(ByVal book As Object) As Boolean
    On Error Resume Next
    IsWorkbench = (book.Names("xlfz_result").Name <> "")
End Function

' Quotes would end the quoted path in the command, and Windows puts a variable in place of %NAME%.
Private Function PathFault(ByVal target As String) As String
    If InStr(target, Chr$(34)) > 0 Or (InStr(target, "'") > 0 And Not XlfzOnWindows()) Then
        PathFault = "quote"
    ElseIf UBound(Split(target, "%")) > 1 And XlfzOnWindows() Then
        PathFault = "quote"
    End If
End Function

' LibreOffice does not say whether a workbook is read-only.
Private Function CannotSave(ByVal book As Object) As Boolean
    On Error Resume Next
    CannotSave = book.ReadOnly
End Function

' Asks first. What was refused or did not work is looked at afterwards.
Private Function SaveFault(ByVal book As Object) As String
    If book.Saved Then Exit Function
    If CannotSave(book) Then
        SaveFault = "readonly"
    Else
        If XlfzAgrees(XlfzText("save")) Then book.Save
        If Not book.Saved Then SaveFault = "not_saved"
    End If
End Function
