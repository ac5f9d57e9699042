"""The commands of documents that the test does not run, each with the reason."""

NOT_RUN = {
    "useradd --system --home-dir /var/lib/troupe troupe": "adds a user to the machine",
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
    "CXX=clang++ cmake -S . -B build-fuzz -DTROUPE_FUZZ=ON && "
    "cmake --build build-fuzz --target fuzz": "builds, with clang",
    "build-fuzz/tests/fuzz/fuzz_folk -max_total_time=300 /tmp/found tests/fuzz/corpus/folk":
        "runs for five minutes, and needs clang",
}
