// What a child can talk through beside pipes: sockets that it dials, sockets that it
// inherits; and how heads of messages reach a pipe.
#include "tests/actors/os/support_process.hpp"
#include "tests/unix_socket_name.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace channels {

namespace fs = std::filesystem;

struct fixture : process_fixture {
  spawn_spec dialling(channel talks, const std::string& script) {
    auto spec = shell(script);
    spec.talks = talks;
    spec.socket_path = home_folder.path / "workers" / "w.sock";
    spec.env.push_back("TROUPE_SOCKET={socket}");
    return spec;
  }

  /// Runs Python with a connected socket `s`.
  spawn_spec python(channel talks, const std::string& script) {
    auto spec = dialling(talks, "");
    spec.argv = {"python3", "-c",
                 "import os, socket, sys, time\n"
                 "a = os.environ['TROUPE_SOCKET']\n"
                 "if a.startswith('/'):\n"
                 "  s = socket.socket(socket.AF_UNIX); s.connect(a)\n"
                 "else:\n"
                 "  h, p = a.split(':'); s = socket.create_connection((h, int(p)))\n"
                     + script};
    return spec;
  }

  temporary_folder home_folder;
};

constexpr auto both = {channel::unix_socket, channel::tcp};

} // namespace channels

BOOST_FIXTURE_TEST_SUITE(channels, fixture)

BOOST_AUTO_TEST_CASE(what_is_said_before_a_child_dials_in_reaches_it_then) {
  for (auto talks : both) {
    auto& c = launch(python(talks, "s.sendall(s.recv(100)); s.recv(100)"));
    c.write("early");
    BOOST_TEST(c.waits_until([](const story& s) { return s.connected; }));
    BOOST_TEST(c.waits_until([](const story& s) { return s.output == "early"; }));
    c.close_input();
    BOOST_TEST((c.end() == exit_status{exited{0}}));
  }
}

BOOST_AUTO_TEST_CASE(a_closed_input_leaves_the_way_back_open) {
  for (auto talks : both) {
    auto& c = launch(python(talks, "while s.recv(100): pass\ns.sendall(b'bye')"));
    c.close_input();
    BOOST_TEST(c.all_output() == "bye");
  }
}

BOOST_AUTO_TEST_CASE(stdin_of_one_that_dials_in_is_empty_and_its_stdout_is_a_log) {
  auto& c =
      launch(python(channel::unix_socket,
                    "print('noise' + repr(sys.stdin.read()), flush=True); s.recv(1)"));
  BOOST_TEST(c.waits_until([](const story& s) { return s.errors == "noise''\n"; }));
  BOOST_TEST(c.told->output.empty());
  c.close_input();
  c.end();
}

BOOST_AUTO_TEST_CASE(a_child_that_closes_its_connection_is_told_of) {
  for (auto talks : both) {
    auto& c = launch(python(talks, "s.close(); time.sleep(60)"));
    BOOST_TEST(c.waits_until([](const story& s) { return s.output_closed; }));
    BOOST_TEST(!c.told->exit.has_value());
    c.drop();
    c.end();
  }
}

BOOST_AUTO_TEST_CASE(the_socket_file_is_private_and_goes_when_somebody_is_there) {
  auto spec = dialling(channel::unix_socket, "exec sleep 60");
  auto& waiting = launch(spec);
  struct stat info {};
  BOOST_REQUIRE(::stat(spec.socket_path.c_str(), &info) == 0);
  BOOST_TEST((info.st_mode & 0777) == 0600u);
  BOOST_TEST(info.st_uid == ::geteuid());
  waiting.drop();
  waiting.end();
  BOOST_TEST(!fs::exists(spec.socket_path));
  auto& connected = launch(python(channel::unix_socket, "s.recv(1)"));
  BOOST_TEST(connected.waits_until([](const story& s) { return s.connected; }));
  BOOST_TEST(!fs::exists(spec.socket_path));
  connected.close_input();
  connected.end();
}

BOOST_AUTO_TEST_CASE(another_users_connection_is_turned_away_and_the_next_is_taken) {
  if (::geteuid() != 0)
    return; // nobody else can be played
  auto spec = dialling(channel::unix_socket, "exec sleep 60");
  auto& c = launch(spec);
  for (auto& f : {home_folder.path, home_folder.path / "workers"})
    fs::permissions(f, fs::perms{0755});
  fs::permissions(spec.socket_path, fs::perms{0666});
  auto dial_as = [&](uid_t user) {
    // In a process of its own: it gives up its rights for good.
    auto pid = ::fork();
    if (pid == 0) {
      auto name = troupe::testing::unix_socket_name(spec.socket_path);
      auto fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
      char byte = 0;
      auto refused =
          ::setresuid(user, user, user) == 0
          && ::connect(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0
          && ::write(fd, "x", 1) >= 0 && ::read(fd, &byte, 1) <= 0;
      ::_exit(refused ? 0 : 1);
    }
    return pid;
  };
  auto stranger = dial_as(65534);
  BOOST_TEST(ends_within(stranger, patience));
  BOOST_TEST(!c.told->connected);
  auto friendly = dial_as(0);
  BOOST_TEST(
      c.waits_until([](const story& s) { return s.connected && s.output == "x"; }));
  c.drop();
  c.end();
  BOOST_TEST(ends_within(friendly, patience));
}

BOOST_AUTO_TEST_CASE(a_path_that_is_too_long_for_a_socket_is_explained) {
  auto spec = dialling(channel::unix_socket, "true");
  spec.socket_path = home_folder.path / std::string(120, 'x');
  auto& c = launch(spec);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(c.told->failure.message.find("longer than 107 bytes") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(inherited_sockets_are_descriptors_three_and_four) {
  auto spec = shell("");
  spec.talks = channel::sockets;
  spec.sockets = 2;
  spec.argv = {"python3", "-c",
               "import os, socket, sys\n"
               "task = socket.socket(fileno=3); control = socket.socket(fileno=4)\n"
               "control.sendall(b'here')\n"
               "print(repr(sys.stdin.read()), sorted(os.listdir('/proc/self/fd'))[:5],"
               " flush=True)\n"
               "while True:\n"
               "  b = task.recv(100)\n"
               "  task.sendall(b or b'end')\n"
               "  if not b: break\n"};
  auto& c = launch(spec);
  BOOST_TEST(c.waits_until([](const story& s) { return s.control == "here"; }));
  c.write("task ");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "task "; }));
  c.close_input();
  BOOST_TEST(c.all_output() == "task end");
  BOOST_TEST(c.told->errors == "'' ['0', '1', '2', '3', '4']\n");
}

BOOST_AUTO_TEST_CASE(each_head_reaches_a_pipe_whole_however_full_it_is) {
  // Reads a head of 12 bytes with one call and fails unless that is all it gets; the body
  // in odd pieces, so that the pipe is nearly full again and again.
  auto spec = shell("");
  spec.whole_heads = true;
  spec.argv = {"python3", "-c",
               "import os\n"
               "n = 0\n"
               "while True:\n"
               "  head = os.read(0, 12)\n"
               "  if not head: break\n"
               "  assert len(head) == 12, head\n"
               "  left = int(head)\n"
               "  while left: left -= len(os.read(0, min(left, 4093)))\n"
               "  n += 1\n"
               "print(n, end='')\n"};
  auto& c = launch(spec);
  for (size_t i = 0; i < 400; ++i) {
    auto size = (i * 7919) % 50'021;
    auto head = std::to_string(size);
    c.write(head + std::string(12 - head.size(), ' ') + std::string(size, 'b'));
  }
  c.close_input();
  BOOST_TEST(c.all_output() == "400");
  BOOST_TEST(c.told->errors == "");
}

BOOST_AUTO_TEST_SUITE_END()
