#!/bin/sh
# Installs the unpacked release as a systemd service, or upgrades the one that is installed. Run as root:
#
#   sudo ./deploy/install.sh                # asks
#   sudo ./deploy/install.sh --port 8080 --server-url http://licenses.example.com:8080
#
# Program in /opt/license-server (the version before in /opt/license-server.before), settings in /etc/license-server, data in
# /var/lib/license-server; the service runs as the user license-server. DESTDIR puts all of it below another root and
# leaves users and systemd alone.
set -eu

release=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
root=${DESTDIR:-}
program=$root/opt/license-server
units=$root/etc/systemd/system
command=$root/usr/local/bin/license-server
unit_files='license-server.service license-server.socket license-server-backup.service license-server-backup.timer'

fail() {
  echo "$1" >&2
  exit 1
}

[ -f "$release/dist/cli/main.js" ] || fail "This is no unpacked release: there is no $release/dist/cli/main.js."
[ "$release" != "$program" ] || fail "Unpack the release somewhere else than in $program."
if [ -z "$root" ]; then
  [ "$(id -u)" = 0 ] || fail 'Run this as root (sudo).'
  command -v systemctl >/dev/null 2>&1 || fail 'This machine has no systemd. Start bin/license-server with what it has.'
  if dpkg-query -S /opt/license-server >/dev/null 2>&1 || rpm -q license-server >/dev/null 2>&1; then
    fail 'The license server is installed as a package here. Upgrade it with the newer package.'
  fi
fi
"$release/bin/license-server" version >/dev/null || fail 'The program of this release does not run on this machine.'

# Until the new version is in its place, nothing of an installation is touched.
trap 'rm -rf "$program.new"' EXIT
echo "Program: $program"
mkdir -p "$root/opt" "$units" "$(dirname "$command")"
rm -rf "$program.new"
cp -R "$release" "$program.new" || fail 'Nothing was installed.'
chmod -R u=rwX,go=rX "$program.new"
[ -n "$root" ] || chown root:root -R "$program.new"
fresh=yes
if [ -d "$program" ]; then
  fresh=no
  # An upgrade leaves the port open, where systemd holds it.
  if [ -z "$root" ] && ! systemctl is-active --quiet license-server.socket; then
    systemctl stop license-server 2>/dev/null || true
  fi
  rm -rf "$program.before"
  mv "$program" "$program.before"
fi
mv "$program.new" "$program"
for unit in $unit_files; do cp "$program/deploy/$unit" "$units/$unit"; done
ln -sfn /opt/license-server/bin/license-server "$command"

if ! "$program/deploy/set-up-service.sh" "$@"; then
  [ "$fresh" = yes ] || fail "The version before is in $program.before; docs/upgrade.md says how to go back to it."
  # Without settings it cannot be used, and the next try begins from nothing. What it has started stays for a look at it.
  if [ ! -f "$root/etc/license-server/license-server.conf" ]; then
    for unit in $unit_files; do rm -f "$units/$unit"; done
    rm -rf "$program" "$command"
    fail 'Nothing was installed.'
  fi
  exit 1
fi
