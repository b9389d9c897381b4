@echo off
rem Runs the license server with the Node.js that is in PATH.
node --max-old-space-size=256 "%~dp0..\dist\cli\main.js" %*
exit /b %ERRORLEVEL%
