@echo off
call "%~dp0install.bat" --remove
