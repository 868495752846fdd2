Option Explicit
' How it ended, as the command wrote it down in ASCII: exit code, sentence, workbook to open, then
' name=text for the cells of the first sheet. A text is the decimal numbers of its UTF-16 units.

Public Sub XlfzFinish(ByVal book As Object, ByVal ending As String)
    Dim lines As Variant
    Dim entry As Long
    Dim trouble As String
    lines = Split(Replace(ending, vbCr, ""), vbLf)
    If UBound(lines) < 2 Then
        XlfzShow book, XlfzText("no_end")
    Else
        For entry = 3 To UBound(lines)
            Leave book, CStr(lines(entry))
        Next
        trouble = OpenResult(XlfzDecode(CStr(lines(2))), Pick(lines, "sheet"), Pick(lines, "cell"))
        If trouble <> "" Then XlfzPut book, "xlfz_result", trouble
        XlfzTell XlfzDecode(CStr(lines(1))) & trouble
    End If
End Sub

' One sentence on the first sheet, and where somebody looks.
Public Sub XlfzShow(ByVal book As Object, ByVal message As String)
    XlfzPut book, "xlfz_result", message
    XlfzTell message
End Sub

Public Function XlfzDecode(ByVal codes As String) As String
    Dim parts As Variant
    Dim part As Long
    Dim words As String
    parts = Split(Trim$(codes), " ")
    For part = 0 To UBound(parts)
        words = words & ChrW(CLng(parts(part)))
    Next
    XlfzDecode = words
End Function

' An empty text leaves the cell as it is. What was saved stays saved: the state can be made anew.
Public Sub XlfzPut(ByVal book As Object, ByVal title As String, ByVal words As String)
    Dim clean As Boolean
    On Error Resume Next
    clean = book.Saved
    If words <> "" Then book.Names(title).RefersToRange.Value = words
    If clean Then book.Saved = True
End Sub

Public Function XlfzNamed(ByVal book As Object, ByVal title As String) As String
    On Error Resume Next
    XlfzNamed = CStr(book.Names(title).RefersToRange.Value)
End Function

' The sentences that are said without Python stand on a sheet of the workbook that holds this code.
Public Function XlfzText(ByVal title As String) As String
    Dim at As Long
    Dim sheet As Object
    Set sheet = ThisWorkbook.Worksheets("xlfz")
    For at = 1 To 60
        If sheet.Cells(at, 1).Value = title Then XlfzText = sheet.Cells(at, 2).Value
    Next
End Function

Private Sub Leave(ByVal book As Object, ByVal entry As String)
    Dim parts As Variant
    parts = Split(entry, "=")
    If UBound(parts) = 1 Then XlfzPut book, "xlfz_" & parts(0), XlfzDecode(CStr(parts(1)))
End Sub

Private Function Pick(ByVal lines As Variant, ByVal title As String) As String
    Dim entry As Long
    For entry = 3 To UBound(lines)
        If Left$(lines(entry), Len(title) + 1) = title & "=" Then
            Pick = XlfzDecode(Mid$(lines(entry), Len(title) + 2))
        End If
    Next
End Function

' What to add to the sentence: nothing, or that the workbook could not be opened.
Private Function OpenResult(ByVal target As String, ByVal sheet As String, ByVal cell As String) As String
    Dim opened As Object
    If target = "" Then Exit Function
    On Error Resume Next
    Set opened = Workbooks.Open(target)
    If opened Is Nothing Then OpenResult = XlfzText("not_opened") & target
    If sheet <> "" Then opened.Worksheets(sheet).Activate
    If cell <> "" Then opened.Worksheets(sheet).Range(cell).Select
End Function
