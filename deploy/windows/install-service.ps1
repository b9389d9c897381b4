<#
.SYNOPSIS
  Installs the unpacked release as a Windows service. Run it as administrator; the folder it is in stays where it is.

.DESCRIPTION
  Needs Node.js 20.19 or newer in PATH, and WinSW (https://github.com/winsw/winsw, MIT license), which runs any program as a
  service. Settings and data are in %ProgramData%\license-server; the service runs as LocalService.

  This script could not be tried on Windows by those who wrote it.

.EXAMPLE
  .\install-service.ps1 -WinSW C:\Downloads\WinSW-x64.exe -Port 8080 -ServerUrl http://licenses.example.com:8080
#>
[CmdletBinding()]
param(
  [Parameter(Mandatory)] [string] $WinSW,
  [int] $Port = 8080,
  [string] $ServerUrl = "http://$($env:COMPUTERNAME.ToLower()):$Port",
  [string] $DatabaseUrl = '',
  [string] $VendorKey = ''
)
$ErrorActionPreference = 'Stop'

$principal = [Security.Principal.WindowsPrincipal] [Security.Principal.WindowsIdentity]::GetCurrent()
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) { throw 'Run this as administrator.' }
if (-not (Get-Command node.exe -ErrorAction SilentlyContinue)) { throw 'Node.js 20.19 or newer is needed: https://nodejs.org' }
if (-not (Test-Path $WinSW)) { throw "There is no file $WinSW." }

$release = Resolve-Path (Join-Path $PSScriptRoot '..\..')
$data = Join-Path $env:ProgramData 'license-server'
$configuration = Join-Path $data 'license-server.conf'
New-Item -ItemType Directory -Force $data | Out-Null
# Administrators and the service's own account, and nobody else.
& icacls.exe $data /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' '*S-1-5-19:(OI)(CI)F' | Out-Null

if (-not (Test-Path $configuration)) {
  $answers = @('--yes', '--config', $configuration, '--data-dir', (Join-Path $data 'data'), '--port', $Port, '--server-url', $ServerUrl)
  if ($DatabaseUrl) { $answers += @('--database-url', $DatabaseUrl) }
  if ($VendorKey) { $answers += @('--vendor-key', $VendorKey) }
  & node.exe (Join-Path $release 'dist\cli\main.js') setup @answers
  if ($LASTEXITCODE -ne 0) { throw 'The setup failed.' }
}

$service = Join-Path $PSScriptRoot 'license-server.exe'
Copy-Item $WinSW $service -Force
& $service install
& $service start
Write-Host "It runs. The setup token for the first start is in $(Join-Path $data 'data\setup-token')."
Write-Host "Let it through the firewall: New-NetFirewallRule -DisplayName 'License server' -Direction Inbound -Protocol TCP -LocalPort $Port -Action Allow"
