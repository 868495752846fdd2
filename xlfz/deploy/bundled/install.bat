@echo off
chcp 65001 >nul
setlocal
set PYTHONPATH=
set PYTHON_MANAGER_AUTOMATIC_INSTALL=false
set "HERE=%~dp0"
set PY=
if not exist "%HERE%wheels" goto packed
for %%V in (3.14 3.13 3.12 3.11) do call :try py -%%V
call :try python
if not defined PY if exist "%HERE%python\python.exe" set PY="%HERE%python\python.exe"
if not defined PY goto nopython
%PY% "%HERE%setup_office.py" %*
set CODE=%ERRORLEVEL%
pause
exit /b %CODE%

:try
if defined PY exit /b 0
%* "%HERE%setup_office.py" --fit >nul 2>nul
if not errorlevel 1 set PY=%*
exit /b 0

:packed
echo 请先把整个压缩包解压到一个文件夹，再运行其中的 install.bat。
pause
exit /b 2

:nopython
echo 没有找到可用的 Python。请看 python 文件夹里的 README.txt。
pause
exit /b 2
