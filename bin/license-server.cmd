@echo off
rem Runs the license server with the Node.js next to this file, or the one in PATH.
set "license_server_node=%~dp0node.exe"
if not exist "%license_server_node%" set "license_server_node=node"
"%license_server_node%" --max-old-space-size=256 "%~dp0..\dist\cli\main.js" %*
exit /b %ERRORLEVEL%
