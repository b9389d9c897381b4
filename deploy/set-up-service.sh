#!/bin/sh
# Sets up and starts the service of the program in /opt/license-server, or restarts it. install.sh and the packages run it.
# Run it yourself, as root, after changing HOST, PORT or HTTP_REDIRECT_PORT in the settings, and after installing the .rpm.
#
#   sudo /opt/license-server/deploy/set-up-service.sh --port 8080 --server-url http://licenses.example.com:8080
#
# While there are no settings in /etc/license-server, its options go to `license-server setup`, which asks when there are none.
# DESTDIR puts all of it below another root and leaves users and systemd alone.
set -eu

root=${DESTDIR:-}
program=$root/opt/license-server
settings=$root/etc/license-server
data=$root/var/lib/license-server
user=license-server
# Of the administrator, also where a package has brought the units.
address=$root/etc/systemd/system/license-server.socket.d

fail() {
  echo "$1" >&2
  exit 1
}

has_systemd() {
  [ -z "$root" ] && [ -d /run/systemd/system ]
}

# One line of the settings.
setting() {
  sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*//p" "$settings/license-server.conf" | tail -n 1 | tr -d "\"'[] \r"
}

make_folders() {
  mkdir -p "$settings" "$data" "$address"
  if [ -z "$root" ]; then
    getent passwd "$user" >/dev/null ||
      useradd --system --user-group --home-dir "$data" --no-create-home --shell /usr/sbin/nologin "$user"
    chown root:"$user" "$settings"
    chown "$user:$user" "$data"
  fi
  chmod 750 "$settings" "$data"
}

# What install.sh had installed before the package would hide it. The link is its mark: units that an administrator has written stay.
remove_former_units() {
  [ -f /usr/lib/systemd/system/license-server.service ] || return 0
  [ "$(readlink /usr/local/bin/license-server)" = /opt/license-server/bin/license-server ] || return 0
  for unit in license-server.service license-server.socket license-server-backup.service license-server-backup.timer; do
    rm -f "/etc/systemd/system/$unit"
  done
  rm -f /usr/local/bin/license-server
}

# The nightly backup encrypts with it. Without this file no backup can be restored.
make_passphrase() {
  [ ! -f "$settings/backup-passphrase" ] || return 0
  (umask 077 && head -c 24 /dev/urandom | base64 > "$settings/backup-passphrase")
  echo "Keep a copy of $settings/backup-passphrase elsewhere: no backup can be restored without it."
}

# The socket unit listens where the settings say.
write_address() {
  host=$(setting HOST)
  case $host in *:*) host="[$host]" ;; esac
  port=$(setting PORT)
  redirect=$(setting HTTP_REDIRECT_PORT)
  {
    echo '# Written by deploy/set-up-service.sh from HOST, PORT and HTTP_REDIRECT_PORT of license-server.conf.'
    echo '[Socket]'
    echo 'ListenStream='
    echo "ListenStream=${host:-0.0.0.0}:${port:-8080}"
    [ -z "$redirect" ] || echo "ListenStream=${host:-0.0.0.0}:$redirect"
  } > "$address/address.conf.new"
  changed=no
  [ "$(listens "$address/address.conf.new")" = "$(listens "$address/address.conf")" ] || changed=yes
  mv "$address/address.conf.new" "$address/address.conf"
  # A socket unit that runs listens on its former address until it is stopped.
  if [ "$changed" = yes ] && has_systemd; then systemctl stop license-server.socket 2>/dev/null || true; fi
}

listens() {
  grep -s '^ListenStream=' "$1" || true
}

start() {
  chown root:"$user" "$settings/license-server.conf"
  chmod 640 "$settings/license-server.conf"
  chown "$user:$user" "$settings/backup-passphrase"
  systemctl --quiet reenable license-server.socket license-server.service
  if ! has_systemd; then
    echo 'systemd does not run here; the service starts with the machine.'
    return 0
  fi
  systemctl daemon-reload
  systemctl start license-server.socket
  systemctl restart license-server.service
  if runuser -u "$user" -- "$program/bin/license-server" health --ready --wait 120; then
    echo 'It runs: systemctl status license-server; journalctl -u license-server.'
    if [ -f "$data/setup-token" ]; then
      echo "Open $(setting SERVER_URL). The setup token for the first start: sudo cat $data/setup-token"
    fi
  else
    journalctl -u license-server.service -n 10 -o cat --no-pager >&2 || true
    fail 'The service does not answer. Its last lines are above; license-server doctor says what is wrong.'
  fi
}

if [ -z "$root" ]; then
  [ "$(id -u)" = 0 ] || fail 'Run this as root (sudo).'
  command -v systemctl >/dev/null 2>&1 || fail 'This machine has no systemd. Start bin/license-server with what it has.'
fi
# A first set-up that fails leaves nothing behind.
undo() {
  [ ! -f "$settings/license-server.conf" ] || return 0
  [ "$had_settings" = yes ] || rm -rf "$settings"
  [ "$had_data" = yes ] || rm -rf "$data"
  [ "$had_address" = yes ] || rm -rf "$address"
  [ "$had_user" = yes ] || userdel "$user" || true
}

is_there() {
  if [ -e "$1" ]; then echo yes; else echo no; fi
}

if [ ! -f "$settings/license-server.conf" ]; then
  had_settings=$(is_there "$settings") had_data=$(is_there "$data") had_address=$(is_there "$address") had_user=yes
  [ -n "$root" ] || getent passwd "$user" >/dev/null || had_user=no
  trap undo EXIT
fi
make_folders

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
      [ "$(readlink -f -- "$key")" = "$(readlink -f -- "$kept")" ] || cp -- "$key" "$kept"
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
  if [ $# -gt 0 ]; then set -- --yes "$@"; elif [ ! -t 0 ]; then set -- --yes; fi
  "$program/bin/license-server" setup --config "$settings/license-server.conf" --data-dir "${data#"$root"}" "$@"
fi
make_passphrase
[ -n "$root" ] || remove_former_units
write_address
[ -n "$root" ] || start
