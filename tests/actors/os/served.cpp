// A unix socket that the child opens and the node dials.
#include "tests/actors/os/support_process.hpp"
#include "tests/unix_socket_name.hpp"

#include <boost/test/unit_test.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::os;
using namespace troupe::testing;

namespace served_sockets {

namespace fs = std::filesystem;

struct fixture : process_fixture {
  /// Runs Python with a function that makes it listen, and `c`, what it accepts.
  spawn_spec serving(const std::string& script) {
    auto spec = shell("");
    spec.talks = channel::served;
    spec.socket_path = folder.path / "workers" / "w.sock";
    spec.env.push_back("TROUPE_SOCKET={socket}");
    spec.argv = {"python3", "-c",
                 "import os, socket, sys, time\n"
                 "s = socket.socket(socket.AF_UNIX)\n"
                 "def accept():\n"
                 "  s.bind(sys.argv[1]); s.listen()\n"
                 "  return s.accept()[0]\n"
                     + script,
                 "{socket}"};
    return spec;
  }

  temporary_folder folder;
};

} // namespace served_sockets

BOOST_FIXTURE_TEST_SUITE(served_sockets, fixture)

BOOST_AUTO_TEST_CASE(what_is_said_before_a_child_opens_its_socket_reaches_it_then) {
  // It begins with its socket when the test says so: until then nobody can be connected.
  auto spec = serving("assert os.environ['TROUPE_SOCKET'] == sys.argv[1]\n"
                      "print('waiting', flush=True)\n"
                      "while not os.path.exists(sys.argv[1] + '.go'): time.sleep(0.001)\n"
                      "c = accept(); c.sendall(c.recv(100)); c.recv(100)");
  auto& c = launch(spec);
  c.write("early");
  BOOST_TEST(c.waits_until([](const story& s) { return s.errors == "waiting\n"; }));
  BOOST_TEST(!c.told->connected);
  BOOST_TEST(!c.with([](child& k) { return k.connected(); }));
  ::close(::open((spec.socket_path.string() + ".go").c_str(), O_CREAT | O_WRONLY, 0600));
  BOOST_TEST(c.waits_until([](const story& s) { return s.connected; }));
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "early"; }));
  c.close_input();
  BOOST_TEST((c.end() == exit_status{exited{0}}));
}

BOOST_AUTO_TEST_CASE(the_file_of_its_socket_goes_with_the_child) {
  auto spec = serving("c = accept(); c.recv(1); sys.exit(4)");
  auto& c = launch(spec);
  BOOST_TEST(c.waits_until([](const story& s) { return s.connected; }));
  BOOST_TEST(fs::exists(spec.socket_path));
  c.close_input();
  BOOST_TEST((c.end() == exit_status{exited{4}}));
  BOOST_TEST(!fs::exists(spec.socket_path));
}

BOOST_AUTO_TEST_CASE(what_was_left_where_its_socket_is_to_be_is_out_of_its_way) {
  auto spec = serving("c = accept(); c.recv(1)");
  fs::create_directories(spec.socket_path.parent_path());
  ::close(::open(spec.socket_path.c_str(), O_CREAT | O_WRONLY, 0600));
  auto& c = launch(spec);
  BOOST_TEST(c.waits_until([](const story& s) { return s.connected; }));
}

BOOST_AUTO_TEST_CASE(a_child_that_never_opens_it_can_be_ended) {
  auto spec = serving("time.sleep(60)");
  auto& c = launch(spec);
  c.write("unheard");
  c.drop();
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_CASE(a_child_that_closes_its_connection_is_told_of) {
  auto& c = launch(serving("c = accept(); c.close(); time.sleep(60)"));
  BOOST_TEST(c.waits_until([](const story& s) { return s.output_closed; }));
  BOOST_TEST(!c.told->exit.has_value());
}

BOOST_AUTO_TEST_CASE(another_users_socket_is_not_talked_to) {
  if (::geteuid() != 0)
    return; // nobody else can be played
  auto spec = serving("time.sleep(60)");
  auto& c = launch(spec);
  for (auto& f : {folder.path, folder.path / "workers"})
    fs::permissions(f, fs::perms{0777});
  auto stranger = ::fork();
  if (stranger == 0) {
    auto name = troupe::testing::unix_socket_name(spec.socket_path);
    auto fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
    char byte = 0;
    auto hung_up = [&] {
      auto dialled = ::accept(fd, nullptr, nullptr);
      return dialled >= 0 && ::read(dialled, &byte, 1) == 0;
    };
    auto refused = ::setresuid(65534, 65534, 65534) == 0
                   && ::bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name) == 0
                   && ::listen(fd, 8) == 0 && hung_up() && hung_up();
    ::_exit(refused ? 0 : 1);
  }
  int status = -1;
  BOOST_TEST(ends_within(stranger, patience));
  ::waitpid(stranger, &status, 0);
  BOOST_TEST(status == 0);
  BOOST_TEST(!c.told->connected);
}

BOOST_AUTO_TEST_CASE(a_child_of_another_user_can_open_its_socket) {
  if (::geteuid() != 0)
    return;
  auto spec = serving("c = accept(); c.sendall(str(os.getuid()).encode()); c.recv(1)");
  spec.as = run_as{65534, 65534, {}};
  spec.socket_path = folder.path / "workers" / "u65534" / "w.sock";
  fs::permissions(folder.path, fs::perms{0711});
  auto& c = launch(spec);
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "65534"; }));
  c.close_input();
  BOOST_TEST((c.end() == exit_status{exited{0}}));
}

BOOST_AUTO_TEST_CASE(a_folder_that_keeps_the_childs_user_out_is_told_and_keeps_its_mode) {
  if (::geteuid() != 0)
    return;
  auto spec = serving("");
  spec.as = run_as{65534, 65534, {}};
  spec.socket_path = folder.path / "workers" / "u65534" / "w.sock";
  auto& c = launch(spec);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(c.told->failure.message.find("chmod go+x") != std::string::npos,
             c.told->failure.message);
  BOOST_TEST((fs::status(folder.path).permissions() == fs::perms{0700}));
}

BOOST_AUTO_TEST_CASE(a_link_in_the_place_of_the_sockets_folder_is_not_followed) {
  auto spec = serving("");
  auto other = folder.path / "other";
  fs::create_directory(other);
  fs::permissions(other, fs::perms{0755});
  fs::create_directory_symlink(other, spec.socket_path.parent_path());
  auto& c = launch(spec);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST((fs::status(other).permissions() == fs::perms{0755}));
}

BOOST_AUTO_TEST_CASE(a_path_that_is_too_long_for_a_socket_is_explained) {
  auto spec = serving("");
  spec.socket_path = folder.path / std::string(120, 'x');
  auto& c = launch(spec);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(c.told->failure.message.find("longer than 107 bytes") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
