# Removes the packages, and looks for what they leave behind.
apt-get purge -y troupe troupe-dbgsym libtroupe-dev libtroupe0 libtroupe0-dbgsym >/tmp/purge.log 2>&1 ||
  { tail -n 30 /tmp/purge.log; exit 1; }
left=$(find /etc /usr /var/lib /var/log /lib/systemd -xdev -ipath '*troupe*' ! -path '/var/lib/dpkg/*' -print)
[[ -z $left ]] || { printf 'purge.sh: this is left:\n%s\n' "$left"; exit 1; }
