Option Explicit
' The ribbon of the add-in: every control's id is a verb, on whatever workbook is active.

Public Sub XlfzOnAction(ByVal control As Object)
    XlfzDo control.ID, ActiveWorkbook
End Sub
