// Proves that a node works as a service of the system: it uses the folders and the key
// that the service manager has prepared, it shows that it is alive only while it is, and
// its log file can be rotated.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/notify_socket.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <utility>

using namespace program;

namespace service {

const std::string any_port = "[http]\nlisten = \"127.0.0.1:0\"\n";

/// Holds the main thread of a process, while its other threads go on.
class held_main_thread {
public:
  explicit held_main_thread(pid_t process)
    : thread_(process)
    , held_(::ptrace(PTRACE_SEIZE, thread_, nullptr, nullptr) == 0
            && ::ptrace(PTRACE_INTERRUPT, thread_, nullptr, nullptr) == 0
            && ::waitpid(thread_, nullptr, __WALL) == thread_) {}
  held_main_thread(const held_main_thread&) = delete;
  ~held_main_thread() { let_go(); }

  /// Whether the system allows that.
  explicit operator bool() const { return held_; }

  void let_go() {
    if (std::exchange(held_, false))
      ::ptrace(PTRACE_DETACH, thread_, nullptr, nullptr);
  }

private:
  pid_t thread_;
  bool held_;
};

bool has_text(const std::string& file, const std::string& text) {
  return read_file(file).find(text) != std::string::npos;
}

/// Returns the inode of a file; 0 if there is none.
ino_t inode_of(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 ? info.st_ino : 0;
}

} // namespace service

BOOST_AUTO_TEST_SUITE(service)

BOOST_AUTO_TEST_CASE(what_the_service_manager_has_prepared_is_used) {
  temporary_folder folder;
  for (auto name : {"state", "run", "credentials"})
    std::filesystem::create_directory(folder / name);
  std::filesystem::permissions(folder / "state", std::filesystem::perms::owner_all);
  write_file(folder / "credentials/api_key", "from-the-vault\n");
  node_process node{"[node]\nname = \"alpha\"\n" + any_port + puppets("echo"),
                    {.env = {{"STATE_DIRECTORY", folder / "state"},
                             {"RUNTIME_DIRECTORY", folder / "run"},
                             {"CREDENTIALS_DIRECTORY", folder / "credentials"}},
                     .state_dir = folder / "state",
                     .whole_file = true}};
  BOOST_TEST(node.socket() == folder / "run/troupe.sock");
  BOOST_TEST(node.key() == "from-the-vault");
  BOOST_TEST(node.http().get("/api/pools").status == 200);
  BOOST_TEST(node.connect().call("echo", "echo")["error"] == "null");
}

BOOST_AUTO_TEST_CASE(the_file_is_stronger_than_what_the_service_manager_has_prepared) {
  temporary_folder folder;
  node_process node{"[socket]\npath = \"own.sock\"\n" + puppets("echo"),
                    {.env = {{"STATE_DIRECTORY", folder / "other"},
                             {"RUNTIME_DIRECTORY", folder / "run"}}}};
  BOOST_TEST(node.socket() == node.state_dir() + "/own.sock");
}

BOOST_AUTO_TEST_CASE(a_node_that_works_gives_signs_of_life) {
  notify_socket manager;
  node_process node{
      puppets("echo"),
      {.env = {{"NOTIFY_SOCKET", manager.path()}, {"WATCHDOG_USEC", "60000"}}}};
  BOOST_TEST(manager.receive().starts_with("READY=1\n"));
  for (auto i = 0; i < 3; ++i)
    BOOST_TEST(manager.receive() == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(a_node_of_which_a_thread_hangs_gives_none_until_it_goes_on) {
  notify_socket manager;
  node_process node{
      puppets("echo"),
      {.env = {{"NOTIFY_SOCKET", manager.path()}, {"WATCHDOG_USEC", "300000"}}}};
  BOOST_TEST(manager.receive().starts_with("READY=1\n"));
  // By the first of them the main thread has nothing to do. Before, it might be held
  // where others wait for it, as in the log.
  BOOST_TEST(manager.receive() == "WATCHDOG=1");
  held_main_thread held{node.pid()};
  if (!held) {
    BOOST_TEST_MESSAGE("SKIPPED: ptrace is not allowed here");
    return;
  }
  // NODE may be late as well when the machine is busy: then it is named first.
  BOOST_TEST(eventually([&] {
    auto told = node.errors();
    auto at = told.find("watchdog: no answer from ");
    return at != told.npos && told.find("the main thread", at) != told.npos;
  }));
  while (!manager.take().empty()) // those from before
    continue;
  // All else works; a call takes longer than a sign of life would.
  BOOST_TEST(node.connect().call("echo", "sleep", R"({"ms":500})")["error"] == "null");
  BOOST_TEST(manager.take() == "");
  held.let_go();
  BOOST_TEST(manager.receive() == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(the_status_follows_the_pools) {
  notify_socket manager;
  node_process node{puppets("echo") + puppets("other"),
                    {.env = {{"NOTIFY_SOCKET", manager.path()}}}};
  BOOST_TEST(manager.receive() == "READY=1\nSTATUS=2 pools");
  BOOST_TEST(manager.receive_status("2 pools ready"), manager.status());
  node.operation("stop", R"({"name":"echo"})");
  BOOST_TEST(manager.receive_status("1 pool ready, 1 unavailable: echo"),
             manager.status());
  node.operation("restart", R"({"name":"echo"})");
  BOOST_TEST(manager.receive_status("2 pools ready"), manager.status());
}

BOOST_AUTO_TEST_CASE(a_reload_is_told_with_its_beginning_and_its_end) {
  notify_socket manager;
  node_process node{puppets("echo"), {.env = {{"NOTIFY_SOCKET", manager.path()}}}};
  BOOST_TEST(manager.receive().starts_with("READY=1\n"));
  timespec before{};
  ::clock_gettime(CLOCK_MONOTONIC, &before);
  node.signal(SIGHUP);
  auto begun = manager.receive();
  const std::string head = "RELOADING=1\nMONOTONIC_USEC=";
  BOOST_TEST_REQUIRE(begun.starts_with(head), begun);
  auto usec = std::stoll(begun.substr(head.size()));
  BOOST_TEST(usec >= before.tv_sec * 1'000'000 + before.tv_nsec / 1000);
  BOOST_TEST(manager.receive() == "READY=1\nSTATUS=the configuration was reloaded");
  BOOST_TEST((node.terminate() == 0));
  BOOST_TEST(manager.receive().starts_with("STOPPING=1\n"));
}

BOOST_AUTO_TEST_CASE(the_log_goes_to_a_file_that_can_be_rotated) {
  node_process node{puppets("echo"), {.node_keys = "log = { file = \"node.log\" }"}};
  auto file = node.state_dir() + "/node.log";
  BOOST_TEST(
      eventually([&] { return service::has_text(file, "node alpha ready: 1 pool"); }));
  BOOST_TEST(node.errors() == "");
  BOOST_REQUIRE(std::rename(file.c_str(), (file + ".1").c_str()) == 0);
  node.signal(SIGUSR1);
  BOOST_TEST(eventually([&] { return inode_of(file) != 0; }));
  BOOST_TEST(inode_of(file) != inode_of(file + ".1"));
  node.operation("restart", R"({"name":"echo"})");
  BOOST_TEST(
      eventually([&] { return service::has_text(file, "echo.0 ended (restart)"); }));
  BOOST_TEST(!service::has_text(file + ".1", "ended (restart)"));
}

BOOST_AUTO_TEST_CASE(a_log_file_that_cannot_be_made_is_told_before_a_worker_starts) {
  temporary_folder folder;
  write_file(folder / "troupe.toml", "[node]\nlog = { file = \"" + folder / "no/such/log"
                                         + "\" }\n[http]\nlisten = \"off\"\n"
                                         + puppets("echo"));
  auto [status, output] =
      run({TROUPE_BINARY, "serve", "-c", folder / "troupe.toml"}, folder.path());
  BOOST_TEST(status == 1);
  BOOST_TEST(output.find("cannot open the log file") != std::string::npos, output);
}

BOOST_AUTO_TEST_SUITE_END()
