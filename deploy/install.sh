#!/bin/sh
# Installs the unpacked release as a systemd service, or upgrades the one that is installed. Run as root:
#
#   sudo ./deploy/install.sh
#
# Program in /opt/license-server (the version before in /opt/license-server.before), settings in /etc/license-server, data in
# /var/lib/license-server; the service runs as the user license-server. DESTDIR puts all of it below another root and
# leaves users and systemd alone.
set -eu

release=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
root=${DESTDIR:-}
program=$root/opt/license-server
settings=$root/etc/license-server
data=$root/var/lib/license-server
units=$root/etc/systemd/system
user=license-server

fail() {
  echo "$1" >&2
  exit 1
}

[ -f "$release/dist/cli/main.js" ] || fail "This is no unpacked release: there is no $release/dist/cli/main.js."
[ "$release" != "$program" ] || fail "Unpack the release somewhere else than in $program."
command -v node >/dev/null 2>&1 || fail 'Node.js 20.19 or newer is needed: https://nodejs.org or your distribution.'
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  fail "Node.js $(node --version) is too old; 20.19 or newer is needed."
if [ -z "$root" ]; then
  [ "$(id -u)" = 0 ] || fail 'Run this as root (sudo).'
  command -v systemctl >/dev/null 2>&1 || fail 'This machine has no systemd. Start bin/license-server with what it has.'
  getent passwd "$user" >/dev/null ||
    useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
  # An upgrade leaves the port open, where systemd holds it.
  systemctl is-active --quiet license-server.socket || systemctl stop license-server 2>/dev/null || true
fi

echo "Program: $program"
mkdir -p "$root/opt" "$settings" "$data" "$units" "$root/usr/local/bin"
rm -rf "$program.new"
cp -R "$release" "$program.new"
chmod -R u=rwX,go=rX "$program.new"
if [ -d "$program" ]; then
  rm -rf "$program.before"
  mv "$program" "$program.before"
fi
mv "$program.new" "$program"
ln -sfn /opt/license-server/bin/license-server "$root/usr/local/bin/license-server"
for unit in license-server.service license-server.socket license-server-backup.service license-server-backup.timer; do
  cp "$program/deploy/$unit" "$units/$unit"
done
if [ -z "$root" ]; then
  chown root:root -R "$program"
  chown root:"$user" "$settings"
  chown "$user:$user" "$data"
fi
chmod 750 "$settings" "$data"

if [ -z "$root" ]; then
  # The service may not look into root's folders, so the vendor's keys are kept with the settings.
  count=$#
  while [ "$count" -gt 0 ]; do
    case $1 in
      --vendor-key) shift; count=$((count - 1)); key=$1 ;;
      --vendor-key=*) key=${1#*=} ;;
      *) key= ;;
    esac
    if [ -n "$key" ]; then
      [ -r "$key" ] || fail "The vendor's key cannot be read: $key"
      kept=$settings/$(basename -- "$key")
      [ "$key" -ef "$kept" ] || cp -- "$key" "$kept"
      chmod 644 "$kept"
      set -- "$@" --vendor-key "$kept"
    else
      set -- "$@" "$1"
    fi
    shift
    count=$((count - 1))
  done
fi

if [ ! -f "$settings/license-server.conf" ]; then
  # Options given to this script go to setup, such as --port, --database-url, --server-url, --vendor-key.
  if [ $# -gt 0 ]; then set -- --yes "$@"; elif [ ! -t 0 ]; then set -- --yes; fi
  "$program/bin/license-server" setup --config "$settings/license-server.conf" --data-dir "${data#"$root"}" "$@"
fi

# The nightly backup encrypts with it. Without this file no backup can be restored.
if [ ! -f "$settings/backup-passphrase" ]; then
  (umask 077 && head -c 24 /dev/urandom | base64 > "$settings/backup-passphrase")
  echo "Keep a copy of $settings/backup-passphrase elsewhere: no backup can be restored without it."
fi

# The socket unit listens where the settings say.
setting() {
  sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$settings/license-server.conf" | tail -n 1 | tr -d "\"'[] \r"
}
host=$(setting HOST)
case $host in *:*) host="[$host]" ;; esac
port=$(setting PORT)
redirect=$(setting HTTP_REDIRECT_PORT)
mkdir -p "$units/license-server.socket.d"
{
  echo '# Written by deploy/install.sh from HOST, PORT and HTTP_REDIRECT_PORT of license-server.conf.'
  echo '[Socket]'
  echo 'ListenStream='
  echo "ListenStream=${host:-0.0.0.0}:${port:-8080}"
  [ -z "$redirect" ] || echo "ListenStream=${host:-0.0.0.0}:$redirect"
} > "$units/license-server.socket.d/address.conf"

if [ -z "$root" ]; then
  chown root:"$user" "$settings/license-server.conf"
  chmod 640 "$settings/license-server.conf"
  chown "$user:$user" "$settings/backup-passphrase"
  systemctl daemon-reload
  systemctl enable --quiet license-server.socket license-server.service
  systemctl start license-server.socket
  systemctl restart license-server.service
  echo 'It runs: systemctl status license-server; journalctl -u license-server.'
  echo "The setup token for the first start: sudo cat $data/setup-token"
fi
