#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs as root inside the machine that has the package and nothing else, once its services are up. Prints what it saw; the exit status
# is the test's.
set -eu

step() { echo "== $*"; }
fail() {
  echo "FAILED: $*"
  systemctl --no-pager status cardea-server || true
  journalctl --no-pager -n 30 -u cardea-server || true
  exit 1
}
export CARDEA_SERVER=http://127.0.0.1:8480 CARDEA_API_KEY_FILE=/var/lib/cardea/api-key

step "installing it started it, and systemd waited until it answered"
[ "$(systemctl is-active cardea-server)" = active ] || fail "the service is not active"
[ "$(systemctl is-enabled cardea-server)" = enabled ] || fail "the service does not start with the machine"
cardea health || fail "the platform does not answer"

step "it is not root, and only it reads its state"
pid=$(systemctl show -P MainPID cardea-server)
[ "$(stat -c %U /proc/"$pid")" = cardea ] || fail "runs as $(stat -c %U /proc/"$pid")"
[ "$(stat -c '%U %a' /var/lib/cardea)" = "cardea 700" ] || fail "/var/lib/cardea is $(stat -c '%U %a' /var/lib/cardea)"
find /var/lib/cardea -mindepth 1 -perm /077 | grep . && fail "others may look into these" || true

step "it is in its sandbox"
grep -q 'NoNewPrivs:[[:space:]]1' /proc/"$pid"/status || fail "may gain privileges"
grep -q 'CapBnd:[[:space:]]0000000000000000' /proc/"$pid"/status || fail "may have capabilities"
grep -q 'Seccomp:[[:space:]]2' /proc/"$pid"/status || fail "no filter of system calls"
if nsenter -t "$pid" -m touch /etc/written 2>/dev/null; then fail "/etc can be written where it lives"; fi
nsenter -t "$pid" -m touch /var/lib/cardea/written || fail "its state folder cannot be written where it lives"
rm /var/lib/cardea/written
systemd-analyze security --no-pager --threshold=15 cardea-server >/tmp/exposure || fail "$(tail -n 1 /tmp/exposure)"
tail -n 1 /tmp/exposure

step "the command line makes a door"
cardea site add home
cardea door add front --site home --zone Europe/Zurich

step "what a maker of locks uses is there, and runs"
for word in gateway lock factory conform; do
  cardea "$word" --help >/dev/null || fail "cardea $word does not run"
done

step "killed, it is up again with all it knew"
systemctl kill -s KILL cardea-server
systemctl start cardea-server
cardea door list | grep -q front || fail "the door is gone"

step "removed, its state stays"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq remove -y cardea >/dev/null
[ "$(systemctl is-active cardea-server || true)" != active ] || fail "removed, and still running"
[ ! -e /usr/bin/cardea-server ] || fail "removed, and the binary stays"

step "purged, it says where the keys of the doors are"
apt-get -qq purge -y cardea 2>&1 | grep "kept /var/lib/cardea" || fail "purge does not say that the state is kept"
[ ! -e /etc/default/cardea-server ] || fail "purged, and the options stay"

step "installed again, it goes on where it was"
dpkg -i /cardea.deb >/dev/null
systemctl start cardea-server
cardea door list | grep front || fail "the door is gone"

echo "the package is good"
