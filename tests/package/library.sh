# Builds the examples with the library as libtroupe-dev has installed it, and runs them; the plugin
# among them in a node.
fail() {
  echo "library.sh: $1"
  exit 1
}

# build EXAMPLE: builds it into /tmp/EXAMPLE.
build() {
  {
    cmake -S "/test/examples/$1" -B "/tmp/$1" -DCMAKE_BUILD_TYPE=Release && cmake --build "/tmp/$1"
  } >"/tmp/$1.log" 2>&1 || { tail -n 30 "/tmp/$1.log"; fail "$1 cannot be built"; }
}

# shown EXAMPLE: what its README says that it prints, sorted.
shown() { sed -n '/^It prints/,$p' "/test/examples/$1/README.md" | sed -n '/^```$/,/^```$/{/^```/!p}' | sort; }

build embedded
printed=$(/tmp/embedded/embedded /test/examples/embedded | sort)
[[ $printed == "$(shown embedded)" ]] || fail "embedded printed: $printed"

# serve CONFIGURATION: starts a node and waits until it is ready.
serve() {
  : >/tmp/ready
  (cd /tmp && exec troupe serve -c "$1") >/tmp/ready 2>/tmp/node.log &
  node=$!
  for ((tries = 0; tries < 300; ++tries)); do
    ! grep -q ' ready ' /tmp/ready || return 0
    kill -0 "$node" 2>/dev/null || break
    sleep 0.1
  done
  fail "the node is not ready: $(tail -n 5 /tmp/node.log)"
}
end_node() {
  kill "$node"
  wait "$node" || fail "the node has ended with status $?"
}

build caf_client
serve /test/examples/caf_client/node.toml
printed=$(/tmp/caf_client/caf_client 127.0.0.1:7719 echo say '"one"' '[2]' | sort) ||
  fail "caf_client has failed: $(tail -n 5 /tmp/node.log)"
[[ $printed == "$(shown caf_client)" ]] || fail "caf_client printed: $printed"
end_node

# The configuration of the example looks for the plugin beside itself.
build behaviours
cp /test/examples/behaviours/sum.toml /tmp/
ln -s /tmp/behaviours /tmp/build-sum
serve /tmp/sum.toml
# called POOL: what its behaviour answers. The pools have different options.
called() { (cd /tmp && troupe call "$1" add '[1,2,3]') || fail "$1: $(tail -n 5 /tmp/node.log)"; }
[[ $(called sum) == 106 ]] || fail "the behaviour in the node does not add"
[[ $(called alone) == 6 ]] || fail "the isolated behaviour does not add"
end_node

# Debug symbols are found by the build id of what they belong to.
for program in /usr/bin/troupe "$(readlink -f /usr/lib/libtroupe.so.0)"; do
  id=$(readelf -n "$program" | sed -n 's/.*Build ID: //p')
  [[ -s /usr/lib/debug/.build-id/${id:0:2}/${id:2}.debug ]] || fail "$program has no debug symbols"
done
echo "-- programs were built with the library, and run"
