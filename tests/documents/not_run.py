"""What of the documents the test does not run, each with the reason."""

BEHAVIOUR = "the test `library` follows the page, with the installed library"

NOT_RUN = {
    "scripts/dashboard": "needs npm and its registry; the test `dashboard_page` does it",
    "scripts/package": "builds the release preset, and packages",
    "apt-get install ./build/packages/libtroupe0_0.1.0_amd64.deb "
    "./build/packages/troupe_0.1.0_amd64.deb": "tests/package/run does, in a Debian of its own",
    "systemctl enable --now troupe": "needs a systemd that runs",
    "systemctl status troupe": "needs a systemd that runs",
    "scripts/test": "runs every test, this one too",
    "scripts/test asan": "builds another preset and runs its tests",
    "scripts/test tsan": "builds another preset and runs its tests",
    "ctest --preset release -R storm": "needs the whole build of the preset, and is a test already",
    "scripts/bench --quick": "builds, and measures for a minute",
    "scripts/bench": "builds, and measures for minutes",
    "scripts/bench --only socket-2w": "builds, and measures",
    "scripts/bench --only cluster": "builds, and measures for minutes",
    "scripts/bench --only behaviour": "builds, and measures",
    "scripts/bench --only web": "builds, and measures for minutes",
    "scripts/bench --only metrics": "builds, and measures",
    "scripts/bench --only viewers": "builds, and measures",
    "scripts/bench --only dashboard": "builds, and measures in a browser",
    "node tests/dashboard/run.mjs build/troupe": "needs Chromium, and is a test already",
    "node tests/dashboard/run.mjs build/troupe terminals": "needs Chromium, and is a part of a test already",
    "scripts/bench --only peers": "builds, and measures for minutes",
    "scripts/bench --only crowd": "builds, and measures",
    "scripts/bench --only scale": "builds, and measures for minutes",
    "scripts/bench --only loops": "builds, and measures",
    "scripts/bench --only before --before /usr/bin/troupe": "builds, and measures",
    "scripts/bench --report tests/bench": "builds, and measures for minutes",
    "scripts/bench profile": "builds, and measures",
    "scripts/bench profile --report tests/bench": "builds, and measures",
    "CXX=clang++ cmake -S . -B build-fuzz -DTROUPE_FUZZ=ON && "
    "cmake --build build-fuzz --target fuzz": "builds, with clang",
    "build-fuzz/tests/fuzz/fuzz_folk -max_total_time=300 /tmp/found tests/fuzz/corpus/folk":
        "runs for five minutes, and needs clang",
    "cmake --install build --prefix /tmp/troupe": "the test `library` installs",
    "cmake -S examples/embedded -B build-embedded -DCMAKE_PREFIX_PATH=/tmp/troupe":
        "the test `library` builds it",
    "cmake --build build-embedded": "the test `library` builds it",
    "build-embedded/embedded examples/embedded": "the test `library` runs it",
    "cmake -S examples/caf_client -B build-caf-client -DCMAKE_PREFIX_PATH=/tmp/troupe":
        "the test `library` builds it",
    "cmake --build build-caf-client": "the test `library` builds it",
    "/tmp/troupe/bin/troupe serve -c examples/caf_client/node.toml":
        "the test `library` runs it",
    """build-caf-client/caf_client 127.0.0.1:7719 echo say '"one"' '[2]'""":
        "the test `library` runs it",
    "cmake -S . -B build-sum -DCMAKE_PREFIX_PATH=/tmp/troupe": BEHAVIOUR,
    "cmake --build build-sum": BEHAVIOUR,
    "/tmp/troupe/bin/troupe check -c sum.toml": BEHAVIOUR,
    "/tmp/troupe/bin/troupe serve -c sum.toml": BEHAVIOUR,
    "/tmp/troupe/bin/troupe call sum add '[1, 2, 3]'": BEHAVIOUR,
    "/tmp/troupe/bin/troupe call alone add '[1, 2, 3]'": BEHAVIOUR,
    """/tmp/troupe/bin/troupe call sum add '"no list"'""": BEHAVIOUR,
    """/tmp/troupe/bin/troupe call sum add '[1, "two"]'""": BEHAVIOUR,
    "/tmp/troupe/bin/troupe call sum add '[1]'": BEHAVIOUR,
}

#: Configurations that are not checked, with the reason.
NOT_CHECKED = {"sum.toml": "it names a plugin, which the test `library` builds"}
