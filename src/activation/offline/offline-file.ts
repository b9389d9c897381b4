/**
 * What an offline license can be downloaded as. `lic`: the JWS alone, for programs that verify it with this server's key;
 * `properties`: the three lines with which Katalon Studio starts; `sh`, `ps1`: scripts that write those lines; `pem`: the public
 * key that verifies the license.
 */
export const offlineFileFormats = ['lic', 'properties', 'sh', 'ps1', 'pem'] as const;
export type OfflineFileFormat = (typeof offlineFileFormats)[number];

/** The formats that activate Katalon Studio. */
export const studioFormats: readonly OfflineFileFormat[] = ['properties', 'sh', 'ps1'];

/** An offline license with the key that verifies it. */
export interface OfflineFileSource {
  token: string;
  /** SPKI in PEM. */
  publicPem: string;
  organizationId: number;
  machineId: string;
  expiresAt: Date;
}

/** A file to hand out. */
export interface OfflineFile {
  name: string;
  type: string;
  text: string;
}

const files: Record<OfflineFileFormat, (source: OfflineFileSource) => OfflineFile> = {
  lic: ({ token }) => ({ name: 'offline.lic', type: 'application/octet-stream', text: token }),
  properties: (source) => ({
    name: 'application.properties',
    type: 'text/plain; charset=utf-8',
    text: studioLines(source)
      .map((line) => `${line}\n`)
      .join(''),
  }),
  sh: (source) => ({ name: 'activate-studio.sh', type: 'application/octet-stream', text: shellScript(source) }),
  ps1: (source) => ({
    name: 'activate-studio.ps1',
    type: 'application/octet-stream',
    text: powerShellScript(source).replaceAll('\n', '\r\n'),
  }),
  pem: ({ publicPem }) => ({ name: 'signing-key.pem', type: 'application/x-pem-file', text: publicPem }),
};

export function offlineFile(format: OfflineFileFormat, source: OfflineFileSource): OfflineFile {
  return files[format](source);
}

/** The lines of `~/.katalon/application.properties` that make Studio start with this license. */
export function studioLines({ publicPem, token, organizationId }: OfflineFileSource): string[] {
  return [
    property('publicKey', publicPem.trim()),
    property('activationCode', token),
    property('organization', JSON.stringify({ id: organizationId })),
  ];
}

/** A line as java.util.Properties writes it. The keys need no escapes. */
function property(key: string, value: string): string {
  const escaped = value
    .replace(/[\\=:#!]/g, '\\$&')
    .replace(/^ /, '\\ ')
    .replaceAll('\t', '\\t')
    .replaceAll('\f', '\\f')
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`);
  return `${key}=${escaped}`;
}

/** For a comment or a message of a script: one line of ASCII. */
function subject({ machineId, expiresAt }: OfflineFileSource): string {
  return `the machine ${machineId.replace(/[^!-~]/g, '?')} until ${expiresAt.toISOString()}`;
}

/** For the shells of macOS and Linux: POSIX only, and an awk of any kind. */
function shellScript(source: OfflineFileSource): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const lines = studioLines(source).map(quoted).join(' \\\n    ');
  return `#!/bin/sh
# Activates Katalon Studio offline on ${subject(source)}.
# Close Studio, then run this file as the person who uses Studio: sh activate-studio.sh
# It replaces publicKey, activationCode and organization in ~/.katalon/application.properties and keeps all other lines.
if [ "$(id -u)" = 0 ] && [ -n "$SUDO_USER" ]; then
  echo 'Run this without sudo, as the person who uses Katalon Studio.' >&2
  exit 1
fi
set -eu
# File contents are bytes here, whatever their encoding.
LC_ALL=C
export LC_ALL
umask 077
folder="$HOME/.katalon"
file="$folder/application.properties"
mkdir -p "$folder"
new="$file.new.$$"
trap 'rm -f "$new"' EXIT
{
  if [ -f "$file" ]; then
    awk '${otherLines}' < "$file"
  fi
  printf '%s\\n' \\
    ${lines}
} > "$new"
if [ -f "$file" ]; then
  if cmp -s "$new" "$file"; then
    echo "Katalon Studio is already activated in $file."
    exit 0
  fi
  stamp=$(date +%Y%m%d-%H%M%S)
  backup="$file.$stamp.bak"
  count=1
  while [ -e "$backup" ]; do
    count=$((count + 1))
    backup="$file.$stamp-$count.bak"
  done
  cp -p "$file" "$backup"
  echo "The former file is kept as $backup."
fi
# Into the file that is there, so that a link stays a link.
cat "$new" > "$file"
echo ${quoted(`Katalon Studio is activated for ${subject(source)}. Start it now.`)}
`;
}

/** In awk: all lines but those of the three properties, which may go on over several lines. */
const otherLines = String.raw`
      {
        text = $0
        sub(/\r$/, "", text)
        if (!continues) {
          ours = text ~ /^[ \t\f]*(publicKey|activationCode|organization)([ \t\f=:]|$)/
          comment = text ~ /^[ \t\f]*[#!]/
        }
        if (!ours) print
        continues = !comment && match(text, /\\+$/) && RLENGTH % 2 == 1
      }
      END { if (continues && !ours) print "" }
    `;

/** Puts the lines `$added` into Studio's file; backs the former one up. */
const powerShellMerge = String.raw`$userFolder = if ($env:USERPROFILE) { $env:USERPROFILE } else { $HOME }
$folder = [IO.Path]::Combine($userFolder, '.katalon')
$file = [IO.Path]::Combine($folder, 'application.properties')
# Every byte is a character, so that the other lines stay as they are.
$latin1 = [Text.Encoding]::GetEncoding(28591)
[void][IO.Directory]::CreateDirectory($folder)
$exists = [IO.File]::Exists($file)
$before = if ($exists) { $latin1.GetString([IO.File]::ReadAllBytes($file)) } else { '' }
$newline = if (($before -eq '') -or $before.Contains("${'`'}r${'`'}n")) { "${'`'}r${'`'}n" } else { "${'`'}n" }
$kept = New-Object 'System.Collections.Generic.List[string]'
$lines = @($before -split '\r\n|\n|\r')
$count = $lines.Count
if ($lines[$count - 1] -eq '') { $count-- }
$continues = $false
$ours = $false
$comment = $false
for ($index = 0; $index -lt $count; $index++) {
  $line = $lines[$index]
  if (-not $continues) {
    $ours = $line -cmatch '^[ \t\f]*(publicKey|activationCode|organization)([ \t\f=:]|$)'
    $comment = $line -cmatch '^[ \t\f]*[#!]'
  }
  if (-not $ours) { $kept.Add($line) }
  $slashes = $line.Length - $line.TrimEnd('\').Length
  $continues = (-not $comment) -and ($slashes % 2 -eq 1)
}
if ($continues -and -not $ours) { $kept.Add('') }
foreach ($line in $added) { $kept.Add($line) }
$after = [string]::Join($newline, $kept.ToArray()) + $newline
if ($after -ceq $before) {
  Write-Host "Katalon Studio is already activated in $file."
  exit 0
}
if ($exists) {
  $stamp = [DateTime]::Now.ToString('yyyyMMdd-HHmmss', [Globalization.CultureInfo]::InvariantCulture)
  $backup = "$file.$stamp.bak"
  for ($number = 2; [IO.File]::Exists($backup); $number++) { $backup = "$file.$stamp-$number.bak" }
  [IO.File]::Copy($file, $backup)
  Write-Host "The former file is kept as $backup."
}
[IO.File]::WriteAllBytes($file, $latin1.GetBytes($after))
`;

/** For the PowerShell of every Windows (5.1) and later ones. */
function powerShellScript(source: OfflineFileSource): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
  const lines = studioLines(source).map(quoted).join(',\n  ');
  return String.raw`# Activates Katalon Studio offline on ${subject(source)}.
# Close Studio, then run this file as the person who uses Studio:
#   powershell -ExecutionPolicy Bypass -File activate-studio.ps1
# It replaces publicKey, activationCode and organization in .katalon\application.properties and keeps all other lines.
$ErrorActionPreference = 'Stop'
$added = @(
  ${lines}
)
${powerShellMerge}Write-Host ${quoted(`Katalon Studio is activated for ${subject(source)}. Start it now.`)}
`;
}
