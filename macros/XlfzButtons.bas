Option Explicit
' The buttons on the first sheet. Each is one verb on this workbook.

Public Sub XlfzCheckWorkbench()
    XlfzDo "workbench-check", ThisWorkbook
End Sub

Public Sub XlfzGenerate()
    XlfzDo "generate", ThisWorkbook
End Sub

Public Sub XlfzCheck()
    XlfzDo "check", ThisWorkbook
End Sub

Public Sub XlfzConsolidate()
    XlfzDo "consolidate", ThisWorkbook
End Sub

Public Sub XlfzRemind()
    XlfzDo "remind", ThisWorkbook
End Sub

Public Sub XlfzOpenFolder()
    XlfzDo "open-folder", ThisWorkbook
End Sub

Public Sub XlfzOpenSummary()
    XlfzDo "open-summary", ThisWorkbook
End Sub
