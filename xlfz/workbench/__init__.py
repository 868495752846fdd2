"""The workbench (工作台): the control workbook in which staff keep everything one round needs."""
