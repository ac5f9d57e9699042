// Proves that a node which cannot run says why and ends, before it has started a worker
// or touched what is another's.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

using namespace program;

namespace fs = std::filesystem;

namespace refusals {

mode_t mode_of_path(const std::string& path) {
  struct stat s {};
  return ::lstat(path.c_str(), &s) == 0 ? s.st_mode & 07777 : 0;
}

/// A node that is not expected to become ready.
struct hopeless_node {
  hopeless_node() { fs::create_directory(state()); }

  std::string state() const { return folder / "state"; }
  /// Where its worker writes its pid.
  std::string trace() const { return folder / "worker"; }

  void configure(const std::string& keys = {}) const {
    auto worker = pool_of("w", {"sh", "-c", "echo $$ >" + trace() + "; exec cat"},
                          "ready = \"spawn\"");
    write_file(folder / "troupe.toml",
               "[node]\nname = \"alpha\"\nstate_dir = \"" + state()
                   + "\"\n[http]\nlisten = \"127.0.0.1:0\"\n" + keys + worker);
  }

  /// Runs `before`, a shell's command, and then the node; checks that the node ends with
  /// an error of its own. Returns what it says.
  std::string fails(const std::string& before = ":") const {
    // Through a pipe: a limit on files is none on pipes.
    auto script = "{ (" + before + "; exec " TROUPE_BINARY " serve -c '" + folder.path()
                  + "/troupe.toml') 2>&1; echo status=$?; } | cat";
    auto [status, text] = run({"sh", "-c", script}, folder.path());
    BOOST_TEST(text.ends_with("\nstatus=1\n"), text); // something is said before
    return text;
  }

  bool started_a_worker() const { return fs::exists(trace()); }

  temporary_folder folder;
};

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace refusals

BOOST_AUTO_TEST_SUITE(refusals)

BOOST_AUTO_TEST_CASE(a_folder_in_the_place_of_connection_json_is_told_before_any_worker) {
  hopeless_node n;
  n.configure();
  fs::create_directory(n.state() + "/connection.json");
  BOOST_TEST(says(n.fails(), n.state() + "/connection.json': Is a directory"));
  BOOST_TEST(!n.started_a_worker());
  BOOST_TEST(!fs::exists(n.state() + "/troupe.sock"));
  BOOST_TEST(!fs::exists(n.state() + "/connection.json.new"));
}

BOOST_AUTO_TEST_CASE(a_disk_that_takes_nothing_is_told_before_any_worker) {
  hopeless_node n;
  n.configure();
  n.fails("ulimit -f 0");
  BOOST_TEST(!n.started_a_worker());
}

BOOST_AUTO_TEST_CASE(too_few_descriptors_are_told_before_any_worker) {
  hopeless_node n;
  n.configure();
  BOOST_TEST(says(n.fails("ulimit -n 30"), "descriptors"));
  BOOST_TEST(!n.started_a_worker());
}

BOOST_AUTO_TEST_CASE(an_error_after_the_pools_run_ends_the_node_and_its_workers) {
  hopeless_node n;
  n.configure();
  auto text = n.fails("export FAIL_TO_PUBLISH=1 LD_PRELOAD='" KILL_AT_WRITE_LIBRARY "'");
  BOOST_TEST(says(text, "connection.json': No space left on device"), text);
  if (n.started_a_worker()) {
    auto pid = std::atoi(read_file(n.trace()).c_str());
    BOOST_TEST(eventually([&] { return pid <= 0 || !is_running(pid); }));
  }
  BOOST_TEST(!fs::exists(n.state() + "/troupe.sock"));
}

BOOST_AUTO_TEST_CASE(a_state_directory_that_others_may_write_to_is_left_as_it_is) {
  for (auto mode : {01777, 0777, 0770, 0703}) {
    hopeless_node n;
    n.configure();
    BOOST_REQUIRE(::chmod(n.state().c_str(), static_cast<mode_t>(mode)) == 0);
    auto text = n.fails();
    BOOST_TEST(says(text, "written to by others"), text);
    BOOST_TEST(mode_of_path(n.state()) == static_cast<mode_t>(mode));
    BOOST_TEST(fs::is_empty(n.state()));
  }
}

BOOST_AUTO_TEST_CASE(a_state_directory_of_another_user_is_left_as_it_is) {
  if (::geteuid() != 0)
    return; // nobody else can be played
  hopeless_node n;
  n.configure();
  BOOST_REQUIRE(::chown(n.state().c_str(), 65534, 65534) == 0);
  BOOST_TEST(says(n.fails(), "belongs to another user"));
  BOOST_TEST(fs::is_empty(n.state()));
}

BOOST_AUTO_TEST_CASE(
    a_folder_that_was_there_keeps_its_mode_and_what_is_in_it_is_private) {
  hopeless_node n;
  BOOST_REQUIRE(::chmod(n.state().c_str(), 0755) == 0);
  for (auto file : {"sessions.db", "sessions.db-wal"}) // as an earlier node left them
    write_file(n.state() + "/" + file, "");
  node_process node{puppets("echo"), {.state_dir = n.state()}};
  BOOST_TEST(mode_of_path(n.state()) == 0755u);
  for (auto& entry : fs::directory_iterator{n.state()}) {
    auto mode = mode_of_path(entry.path().string());
    BOOST_TEST(mode == (entry.is_directory() ? 0700u : 0600u), entry.path().string());
  }
  BOOST_TEST(fs::exists(n.state() + "/sessions.db-shm"));
}

BOOST_AUTO_TEST_CASE(a_second_node_is_told_whose_the_state_directory_is) {
  hopeless_node n;
  node_process first{puppets("echo"), {.state_dir = n.state()}};
  auto worker = first.worker_pid("echo.0");
  n.configure("[socket]\npath = \"other.sock\"\n");
  auto text = n.fails();
  BOOST_TEST(says(text, "node alpha, pid " + std::to_string(first.pid())), text);
  fs::remove(first.socket()); // as cleaners of temporary folders do
  n.configure();
  BOOST_TEST(says(n.fails(), "pid " + std::to_string(first.pid())));
  BOOST_TEST(is_running(worker));
  BOOST_TEST(fs::exists(n.state() + "/connection.json"));
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_not_removed_for_one) {
  hopeless_node n;
  auto path = n.folder / "precious";
  n.configure("[socket]\npath = \"" + path + "\"\n");
  write_file(path, "data");
  BOOST_TEST(says(n.fails(), "no socket"));
  BOOST_TEST(read_file(path) == "data");
  fs::rename(path, path + ".kept");
  fs::create_symlink(path + ".kept", path);
  BOOST_TEST(says(n.fails(), "no socket"));
  BOOST_TEST(fs::is_symlink(path));
  BOOST_TEST(read_file(path + ".kept") == "data");
}

BOOST_AUTO_TEST_CASE(the_socket_of_a_living_node_is_not_taken_from_it) {
  hopeless_node n;
  node_process first{puppets("echo")};
  n.configure("[socket]\npath = \"" + first.socket() + "\"\n");
  BOOST_TEST(says(n.fails(), "another node listens"));
  BOOST_TEST(first.connect().call("echo", "echo", "1")["payload"] == "1");
}

BOOST_AUTO_TEST_CASE(links_in_a_state_directory_are_not_followed) {
  for (std::string name : {"sessions.db", "sessions", "workers", "lock"}) {
    hopeless_node n;
    n.configure();
    auto victim = n.folder / "victim";
    if (name == "sessions" || name == "workers")
      fs::create_directory(victim);
    else
      write_file(victim, "data");
    BOOST_REQUIRE(::chmod(victim.c_str(), 0755) == 0);
    fs::create_symlink(victim, n.state() + "/" + name);
    auto text = n.fails();
    BOOST_TEST(says(text, n.state() + "/" + name), text);
    BOOST_TEST(mode_of_path(victim) == 0755u);
    BOOST_TEST((fs::is_directory(victim) || read_file(victim) == "data"));
  }
}

BOOST_AUTO_TEST_CASE(a_key_that_no_header_can_carry_is_refused_and_not_shown) {
  hopeless_node n;
  n.configure();
  auto text = n.fails("TROUPE_API_KEY=$(printf 'hun\\nter2'); export TROUPE_API_KEY");
  BOOST_TEST(says(text, "TROUPE_API_KEY"), text);
  BOOST_TEST(!says(text, "ter2"), text);
}

BOOST_AUTO_TEST_CASE(a_path_that_is_not_utf8_or_breaks_lines_is_refused) {
  for (std::string odd : {"caf\xE9", "a\nb"}) {
    hopeless_node n;
    fs::create_directory(n.folder / odd);
    write_file(n.folder / "troupe.toml", "[http]\nlisten = \"off\"\n");
    auto text = n.fails("cd '" + odd + "'");
    BOOST_TEST(says(text, "UTF-8"), text);
    BOOST_TEST(fs::is_empty(n.folder / odd));
  }
}

BOOST_AUTO_TEST_SUITE_END()
