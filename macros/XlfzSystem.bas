Option Explicit
' What differs between Windows and the others: how a program is run, and how a file is read.
' On Windows through objects that know every character; elsewhere through sh and VBA's own words.

Public Function XlfzOnWindows() As Boolean
    XlfzOnWindows = (Environ("WINDIR") <> "")
End Function

Public Function XlfzSlash() As String
    XlfzSlash = "/"
    If XlfzOnWindows() Then XlfzSlash = "\"
End Function

Public Sub XlfzRunWindows(ByVal program As String, ByVal verb As String, ByVal target As String)
    Dim host As Object
    Set host = CreateObject("WScript.Shell")
    host.Run Quoted(program) & " button " & verb & " " & Quoted(target), 0, True
End Sub

' The program is not waited for by Shell: sh leaves its exit code in a file, however it ended.
Public Sub XlfzRunUnix(ByVal program As String, ByVal verb As String, ByVal target As String, ByVal own As String)
    Dim mark As String
    Dim job As String
    mark = own & "exit.txt"
    XlfzDelete mark
    job = "mkdir -p '" & own & "'; '" & program & "' button " & verb & " '" & target & "'"
    Shell "sh -c " & Quoted(job & "; echo $? > '" & mark & "'"), 0
    WaitFor mark
End Sub

Public Function XlfzRead(ByVal target As String) As String
    On Error Resume Next
    If XlfzOnWindows() Then
        XlfzRead = CreateObject("Scripting.FileSystemObject").OpenTextFile(target).ReadAll
    Else
        XlfzRead = ReadLines(target)
    End If
End Function

Public Sub XlfzDelete(ByVal target As String)
    On Error Resume Next
    If XlfzOnWindows() Then
        CreateObject("Scripting.FileSystemObject").DeleteFile target, True
    Else
        Kill target
    End If
End Sub

' Only Windows asks. LibreOffice would ask in which format to save, and stand still until somebody
' answers: there the person saves.
Public Function XlfzAgrees(ByVal question As String) As Boolean
    If XlfzOnWindows() Then XlfzAgrees = (MsgBox(question, vbYesNo + vbQuestion) = vbYes)
End Function

' The status bar has room for 255 characters.
Public Sub XlfzTell(ByVal message As String)
    Application.StatusBar = Left$(message, 250)
    If XlfzOnWindows() Then MsgBox message, vbInformation
    If XlfzOnWindows() Then Application.StatusBar = False
End Sub

Private Function Quoted(ByVal words As String) As String
    Quoted = Chr$(34) & words & Chr$(34)
End Function

Private Sub WaitFor(ByVal mark As String)
    Dim last As Date
    last = Now + TimeSerial(1, 0, 0)
    Do While ReadLines(mark) = "" And Now < last
        DoEvents
        Application.Wait Now + TimeSerial(0, 0, 1)
    Loop
End Sub

Private Function ReadLines(ByVal target As String) As String
    Dim handle As Integer
    Dim piece As String
    Dim whole As String
    If Dir(target) = "" Then Exit Function
    handle = FreeFile
    Open target For Input As #handle
    Do While Not EOF(handle)
        Line Input #handle, piece
        whole = whole & piece & vbLf
    Loop
    Close #handle
    ReadLines = whole
End Function
