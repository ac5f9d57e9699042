// Proves that a node starts, works and ends though nobody reads what it writes.
#include "tests/program/harness/node_process.hpp"
#include "tests/program/harness/processes.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>

using namespace program;

extern char** environ;

namespace unread_output {

/// A pipe that is full: whoever writes into it waits for ever.
class full_pipe {
public:
  full_pipe() {
    BOOST_REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0);
    ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    const std::string block(4096, 'x');
    while (::write(ends_[1], block.data(), block.size()) > 0) {
    }
    ::fcntl(ends_[1], F_SETFL, 0);
  }
  ~full_pipe() {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  full_pipe(const full_pipe&) = delete;

  int writer() const { return ends_[1]; }
  int reader() const { return ends_[0]; }

private:
  std::array<int, 2> ends_{};
};

/// A node whose stdout and stderr are these.
class bare_node {
public:
  bare_node(const std::string& folder, const std::string& pools, int out, int err)
    : folder_(folder) {
    auto path = folder + "/troupe.toml";
    std::ofstream{path} << "[node]\nname = \"n\"\nstate_dir = \"" << folder
                        << "/s\"\n[http]\nlisten = \"off\"\n"
                        << pools;
    posix_spawn_file_actions_t files;
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawn_file_actions_adddup2(&files, out, 1);
    ::posix_spawn_file_actions_adddup2(&files, err, 2);
    std::string program = TROUPE_BINARY;
    std::string serve = "serve";
    std::string option = "-c";
    std::array<char*, 5> argv = {program.data(), serve.data(), option.data(), path.data(),
                                 nullptr};
    BOOST_REQUIRE(
        ::posix_spawn(&pid_, program.c_str(), &files, nullptr, argv.data(), environ)
        == 0);
    ::posix_spawn_file_actions_destroy(&files);
  }
  ~bare_node() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
  }
  bare_node(const bare_node&) = delete;

  bool is_ready() const {
    return eventually(
        [&] { return std::filesystem::exists(folder_ + "/s/connection.json"); });
  }
  socket_client connect() const { return socket_client{folder_ + "/s/troupe.sock"}; }

  /// Returns its status; -1 if it does not end.
  int terminate() {
    ::kill(pid_, SIGTERM);
    int status = 0;
    if (!eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; }))
      return -1;
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

private:
  std::string folder_;
  pid_t pid_ = -1;
};

} // namespace unread_output

BOOST_AUTO_TEST_SUITE(unread_output)

BOOST_AUTO_TEST_CASE(a_node_whose_output_nobody_reads_works_and_ends) {
  temporary_folder folder;
  full_pipe out;
  full_pipe err;
  bare_node node{folder.path(), puppets("a"), out.writer(), err.writer()};
  BOOST_REQUIRE(node.is_ready());
  auto client = node.connect();
  for (auto i = 0; i < 3; ++i)
    BOOST_TEST(client.call("a", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.terminate() == 0);
}

BOOST_AUTO_TEST_CASE(a_node_whose_output_has_no_reader_any_more_works_and_ends) {
  temporary_folder folder;
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  ::close(ends[0]);
  bare_node node{folder.path(), puppets("a"), ends[1], ends[1]};
  ::close(ends[1]);
  BOOST_REQUIRE(node.is_ready());
  BOOST_TEST(node.connect().call("a", "echo", "1")["payload"] == "1");
  BOOST_TEST(node.terminate() == 0);
}

BOOST_AUTO_TEST_CASE(a_node_that_cannot_start_ends_though_nobody_reads_why) {
  temporary_folder folder;
  full_pipe out;
  full_pipe err;
  std::ofstream{folder / "s"} << "no folder";
  bare_node node{folder.path(), puppets("a"), out.writer(), err.writer()};
  BOOST_TEST(node.terminate() != -1);
}

BOOST_AUTO_TEST_SUITE_END()
