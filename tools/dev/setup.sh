# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# setup COMMAND installs the packages of tools/packages.txt that are missing, and does nothing in a blink when none is.
# A line "name: package" names a package that only that command needs; every other line is needed by all of them.

packages_wanted() {
  sed -nE -e "s/^$1: *//" -e '/^(#|$)/d' -e '/:/d' -e 's/[[:space:]]+$//' -e p tools/packages.txt | sort -u
}

# A command that is there already needs no package: npm comes with other makes of Node.js too, which bar Debian's.
has_command() {
  [ "$1" = npm ] && command -v npm >/dev/null
}

packages_missing() {
  local wanted missing
  wanted=$(packages_wanted "$1")
  # shellcheck disable=SC2086  # one word a package
  for missing in $(comm -23 <(printf '%s\n' "$wanted") \
    <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2>/dev/null | sed -n 's/ installed$//p' | sort -u)); do
    has_command "$missing" || printf '%s\n' "$missing"
  done
}

setup_failed() {
  printf 'dev: %s\n' "$@" >&2
  exit 1
}

setup() {
  [ "${CARDEA_SETUP:-}" != skip ] || return 0
  command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    setup_failed "this is not Debian: install what tools/packages.txt lists in your system's way," \
      "then set CARDEA_SETUP=skip. Debian 12 is what the project is built and tested on."
  local missing become=()
  missing=$(packages_missing "$1")
  [ -n "$missing" ] || return 0
  printf 'Installing %s missing Debian packages: %s\n' "$(wc -l <<<"$missing")" "$(tr '\n' ' ' <<<"$missing")"
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
      setup_failed "not root, and there is no sudo. As root, run:" "  apt-get install $(tr '\n' ' ' <<<"$missing")"
    become=(sudo)
  fi
  local new_services=()
  ! grep -q '^nginx' <<<"$missing" || new_services+=(nginx)
  ! grep -q '^glewlwyd$' <<<"$missing" || new_services+=(glewlwyd)
  local apt=("${become[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
  "${apt[@]}" update || setup_failed "apt-get update failed (see above): is there a network, and a mirror in /etc/apt?"
  # shellcheck disable=SC2086
  "${apt[@]}" install -y --no-install-recommends $missing ||
    setup_failed "apt-get install failed (see above). The packages are those of Debian 12 with its security updates."
  # Benchmarks and tests start their own; Debian's packages would leave an nginx listening on port 80 and a glewlwyd on 4593.
  if [ ${#new_services[@]} -gt 0 ] && [ -d /run/systemd/system ]; then
    "${become[@]}" systemctl disable --now "${new_services[@]}" || true
  fi
}
