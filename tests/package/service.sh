# Starts the service as systemd does, by the unit that the package has installed, and uses it.
unit=/usr/lib/systemd/system/troupe.service
of_unit() { sed -n "s/^$1=//p" "$unit"; }
fail() {
  echo "service.sh: $1"
  tail -n 20 /tmp/node.log 2>/dev/null
  exit 1
}
equal() { [[ $2 == "$3" ]] || fail "$1: expected '$3', got '$2'"; }

user=$(of_unit User)
state=/var/lib/$(of_unit StateDirectory)
run=/run/$(of_unit RuntimeDirectory)
IFS=: read -r credential credential_file <<<"$(of_unit LoadCredential)"
equal "the key's file" "$(stat -c '%a %U' "$credential_file")" "600 root"
equal "the key" "$(wc -c <"$credential_file")" 48

install -d -o "$user" -g "$(of_unit Group)" -m "$(of_unit StateDirectoryMode)" "$state"
install -d -o "$user" -g "$(of_unit Group)" -m 0755 "$run"
install -d -o "$user" -m 0500 /run/credentials
install -o "$user" -m 0400 "$credential_file" "/run/credentials/$credential"

cat >/etc/troupe/troupe.toml <<'TOML'
[pool.text]
command = ["sh", "/test/examples/workers/text.sh"]
TOML

# as_service COMMAND…: what systemd does before it starts a command of the unit.
as_service() {
  cd "$(of_unit WorkingDirectory)"
  exec env -i PATH=/usr/bin:/bin USER="$user" STATE_DIRECTORY="$state" RUNTIME_DIRECTORY="$run" \
    CREDENTIALS_DIRECTORY=/run/credentials \
    setpriv --reuid "$user" --regid "$(of_unit Group)" --init-groups --no-new-privs --bounding-set=-all "$@"
}

(as_service $(of_unit ExecStartPre)) >/tmp/check.log || fail "$(cat /tmp/check.log)"
touch /tmp/ready # before anybody looks
(as_service $(of_unit ExecStart)) >/tmp/ready 2>/tmp/node.log &
node=$!
for ((tries = 0; tries < 300; ++tries)); do
  grep -q ' ready ' /tmp/ready && break
  kill -0 "$node" 2>/dev/null || fail "the node has ended"
  sleep 0.1
done
grep -q ' ready ' /tmp/ready || fail "the node is not ready"
[[ -S $run/troupe.sock ]] || fail "there is no $run/troupe.sock"
[[ -f $state/connection.json ]] || fail "there is no $state/connection.json"

# root finds the node of the service without being told where.
cd /
equal "a call" "$(troupe call text upper '{"text":"hello"}')" '{"text":"HELLO"}'
TROUPE_API_KEY=$(cat "$credential_file") troupe ps --node http://127.0.0.1:7717 >/dev/null ||
  fail "the node has another key than the credential"
if TROUPE_API_KEY=another troupe ps --node http://127.0.0.1:7717 >/dev/null 2>&1; then
  fail "the node takes any key"
fi
equal "names in completions" "$(troupe completion --names pools)" text

echo '# changed' >>/etc/troupe/troupe.toml
(as_service $(of_unit ExecReload)) >/dev/null || fail "the command that reloads fails"

kill "$node"
wait "$node" || fail "the node has ended with status $?"
echo "-- the service has started, answered, reloaded and stopped"

for file in /usr/share/man/man1/troupe.1.gz /usr/share/man/man1/troupe-call.1.gz \
  /usr/share/man/man5/troupe.toml.5.gz /usr/share/zsh/vendor-completions/_troupe \
  /usr/share/fish/vendor_completions.d/troupe.fish /usr/lib/sysusers.d/troupe.conf \
  /etc/logrotate.d/troupe; do
  [[ -s $file ]] || fail "there is no $file"
done
bash -c '. /usr/share/bash-completion/completions/troupe && complete -p troupe' >/dev/null ||
  fail "bash completes nothing"

# The shipped configuration rotates a log of the service. No systemd runs here to pass the signal on.
logs=/var/log/$(of_unit LogsDirectory)
install -d -o "$user" -g "$(of_unit Group)" -m "$(of_unit LogsDirectoryMode)" "$logs"
setpriv --reuid "$user" --regid "$(of_unit Group)" --init-groups sh -c 'echo a line >"$0"' "$logs/node.log"
logrotate --force /etc/logrotate.d/troupe || fail "logrotate refuses /etc/logrotate.d/troupe"
equal "the rotated log" "$(cat "$logs/node.log.1")" "a line"
echo "-- its log has been rotated"
