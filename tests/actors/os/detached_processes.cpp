// Children that outlive the node, and how the next one takes them over.
#include "actors/os/detached_processes.hpp"
#include "tests/actors/os/support_process.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::os;
using namespace troupe::testing;

namespace detached_processes {

namespace fs = std::filesystem;

/// Serves its socket to one connection after another: `log X` prints X, `stop` ends it
/// with status 5, anything else is echoed after the number of the connection.
constexpr auto server = R"(
import os, socket, sys
s = socket.socket(socket.AF_UNIX)
s.bind(sys.argv[1])
s.listen()
n = 0
while True:
    n += 1
    c = s.accept()[0]
    for line in c.makefile('r'):
        word, _, rest = line.strip().partition(' ')
        if word == 'log':
            print(rest, flush=True)
        elif word == 'stop':
            os._exit(5)
        else:
            c.sendall(b'%d %s\n' % (n, word.encode()))
)";

/// Dials the node's socket, again whenever the connection is lost, and says what `server`
/// says.
constexpr auto client = R"(
import os, socket, sys, time
n = 0
while True:
    c = socket.socket(socket.AF_UNIX)
    try:
        c.connect(sys.argv[1])
        n += 1
        for line in c.makefile('r'):
            if line.strip() == 'stop':
                os._exit(5)
            c.sendall(b'%d %s\n' % (n, line.strip().encode()))
    except OSError:
        pass
    time.sleep(0.005)
)";

spawn_spec surviving(const fs::path& folder, channel talks) {
  auto spec = shell("");
  spec.argv = {"python3", "-c", talks == channel::served ? server : client, "{socket}"};
  spec.talks = talks;
  spec.socket_path = folder / "workers" / "w.sock";
  spec.log_path = folder / "workers" / "w.log";
  return spec;
}

std::string text_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

/// What a file takes on disk, in bytes.
size_t space_of(const fs::path& file) {
  struct stat info {};
  BOOST_REQUIRE(::stat(file.c_str(), &info) == 0);
  constexpr size_t unit = 512; // of st_blocks, whatever the block of the file system is
  return static_cast<size_t>(info.st_blocks) * unit;
}

struct fixture : process_fixture {
  spawn_spec spec(channel talks = channel::served) {
    return surviving(folder.path, talks);
  }
  detached_process home_of(owned_child& c) {
    auto where = c.with([](child& k) { return k.detached_as(); });
    BOOST_REQUIRE(where);
    return *where;
  }
  void leave(owned_child& c) {
    c.with([](child& k) {
      k.leave();
      return true;
    });
    c.drop();
  }
  bool answers(owned_child& c, const std::string& word, const std::string& expected) {
    c.write(word + "\n");
    return c.waits_until([&](const story& s) { return s.output == expected; });
  }
  pid_t printed_pid(owned_child& c) {
    BOOST_REQUIRE(c.waits_until([](const story& t) { return t.errors.ends_with("\n"); }));
    return static_cast<pid_t>(std::stol(c.told->errors));
  }
  bool left_nothing() { return fs::is_empty(folder.path / "workers"); }

  temporary_folder folder;
};

/// What `node` reports: where it is, and the child it has started.
struct report {
  pid_t node = -1;
  pid_t child = -1;
  uint64_t started = 0;
};

/// The life of a process like the node that starts a child to outlive it, and waits to be
/// killed. Nothing of Boost.Test here.
[[noreturn]] void node(const spawn_spec& spec, int out) {
  guardian g;
  ::alarm(60);
  spawner s{g};
  s.spawn(spec, [&](spawn_result r) {
    auto& p = r.value();
    report told{::getpid(), p.pid, p.detached_as->started};
    if (::write(out, &told, sizeof told) != sizeof told)
      ::_exit(1);
  });
  for (;;)
    ::pause();
}

/// A process that stands for the system's first: what loses its parent below it is its
/// child.
struct first_process {
  first_process(const spawn_spec& spec) {
    require_single_thread();
    int ends[2];
    BOOST_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    unique_fd read_end{ends[0]};
    unique_fd write_end{ends[1]};
    pid = ::fork();
    BOOST_REQUIRE(pid >= 0);
    if (pid == 0) {
      ::alarm(60);
      ::prctl(PR_SET_CHILD_SUBREAPER, 1);
      if (::fork() == 0)
        node(spec, write_end.get());
      for (;;)
        ::waitpid(-1, nullptr, 0);
    }
    write_end.reset();
    BOOST_REQUIRE(::read(read_end.get(), &told, sizeof told)
                  == static_cast<ssize_t>(sizeof told));
  }
  ~first_process() {
    ::kill(pid, SIGKILL);
    reap(pid);
  }
  first_process(const first_process&) = delete;
  first_process& operator=(const first_process&) = delete;

  pid_t pid = -1;
  report told;
};

} // namespace detached_processes

BOOST_AUTO_TEST_SUITE(detached_processes)

BOOST_AUTO_TEST_CASE(a_child_outlives_a_node_that_is_killed_and_is_taken_over) {
  temporary_folder folder;
  auto spec = surviving(folder.path, channel::served);
  auto started = spec;
  started.argv.back() = spec.socket_path; // as a launcher fills it in
  fs::create_directories(spec.socket_path.parent_path());
  first_process init{started};
  ::kill(init.told.node, SIGKILL);
  BOOST_TEST(ends_within(init.told.node, patience));
  auto recorded = recorded_detached(folder.path / "workers");
  BOOST_REQUIRE(recorded.size() == 1u);
  detached_process expected{init.told.child, init.told.started, spec.socket_path,
                            spec.log_path};
  BOOST_TEST((recorded[0] == expected));
  {
    process_fixture next;
    auto& c = next.adopt(recorded[0], spec);
    BOOST_TEST(c.pid() == init.told.child);
    BOOST_TEST((*c.with([](child& k) { return k.detached_as(); }) == expected));
    c.write("hello\n");
    BOOST_TEST(c.waits_until([](const story& s) { return s.output == "1 hello\n"; }));
    c.write("log words\n");
    BOOST_TEST(c.waits_until([](const story& s) { return s.errors == "words\n"; }));
    // It is nobody's child here, so how it ended is not to be seen.
    c.write("stop\n");
    BOOST_TEST((c.end() == exit_status{unseen{}}));
    BOOST_TEST(next.processes.alive() == 0u);
  }
  BOOST_TEST(fs::is_empty(folder.path / "workers"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(detached_processes, fixture)

BOOST_AUTO_TEST_CASE(the_same_moment_of_another_boot_is_another) {
  auto one = start_stamp(4711, "0c5a2b6e-6a9f-4f0e-8d35-3b1c9a7e2f41");
  BOOST_TEST(one == start_stamp(4711, "0c5a2b6e-6a9f-4f0e-8d35-3b1c9a7e2f41"));
  BOOST_TEST(one != start_stamp(4712, "0c5a2b6e-6a9f-4f0e-8d35-3b1c9a7e2f41"));
  BOOST_TEST(one != start_stamp(4711, "1c5a2b6e-6a9f-4f0e-8d35-3b1c9a7e2f41"));
  BOOST_TEST(one != start_stamp(4711, "0c5a2b6e-6a9f-4f0e-8d35-3b1c9a7e2f42"));
  BOOST_TEST(static_cast<int64_t>(one) > 4711); // it is kept in a signed column
}

BOOST_AUTO_TEST_CASE(others_have_no_home) {
  auto& c = launch("exec sleep 60");
  BOOST_TEST(!c.with([](child& k) { return k.detached_as() != nullptr; }));
  // Nor can they be left.
  leave(c);
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_CASE(its_home_says_how_it_is_found_again) {
  auto s = spec();
  auto& c = launch(s);
  auto where = home_of(c);
  BOOST_TEST(where.pid == c.pid());
  BOOST_TEST(where.started == start_time(c.pid()).value_or(0));
  BOOST_TEST(where.socket == s.socket_path);
  BOOST_TEST(where.log == s.log_path);
  BOOST_TEST((recorded_detached(folder.path / "workers") == std::vector{where}));
}

BOOST_AUTO_TEST_CASE(what_it_prints_comes_by_a_private_file) {
  auto s = spec();
  auto& c = launch(s);
  c.write("log one\nlog two\n");
  BOOST_TEST(c.waits_until([](const story& t) { return t.errors == "one\ntwo\n"; }));
  BOOST_TEST(text_of(s.log_path) == "one\ntwo\n");
  for (auto& file : {s.log_path.string(), s.log_path.string() + ".home"})
    BOOST_TEST((fs::status(file).permissions() == fs::perms{0600}), file);
  c.write("log last\nstop\n");
  BOOST_TEST((c.end() == exit_status{exited{5}}));
  BOOST_TEST(c.told->errors == "one\ntwo\nlast\n");
  BOOST_TEST(left_nothing());
}

BOOST_AUTO_TEST_CASE(a_log_does_not_grow_without_end) {
  auto s = spec();
  s.argv = {"/bin/sh", "-c",
            "i=0; while [ $i -lt 40 ]; do i=$((i+1)); head -c 100000 /dev/zero; done;"
            "echo end"};
  auto& c = launch(s);
  BOOST_TEST((c.end() == exit_status{exited{0}}));
  BOOST_TEST(c.told->errors.ends_with("end\n"));
  BOOST_TEST(left_nothing());
  // One that lives has no more of it on disk than the limit and what came since.
  s.argv = {"/bin/sh", "-c", "head -c 1500000 /dev/zero; echo end; exec sleep 60"};
  auto& living = launch(s);
  BOOST_TEST(
      living.waits_until([](const story& t) { return t.errors.ends_with("end\n"); }));
  BOOST_TEST(home.run([] { return true; })); // the turn in which it was read is over
  BOOST_TEST(space_of(s.log_path) < limits::child_log);
}

BOOST_AUTO_TEST_CASE(one_that_cannot_be_started_leaves_no_file) {
  auto s = spec();
  s.argv = {"/no/such/program"};
  auto& c = launch(s);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(left_nothing());
}

BOOST_AUTO_TEST_CASE(without_its_worker_it_is_killed_like_any_other) {
  auto& c = launch(spec());
  c.drop();
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
  BOOST_TEST(left_nothing());
}

BOOST_AUTO_TEST_CASE(one_that_is_left_lives_on_and_is_taken_over) {
  for (auto talks : {channel::served, channel::unix_socket}) {
    auto s = spec(talks);
    auto& first = launch(s);
    BOOST_TEST(answers(first, "a", "1 a\n"));
    auto where = home_of(first);
    leave(first);
    BOOST_TEST(processes.alive() == 0u);
    auto& second = adopt(where, s);
    BOOST_TEST(second.pid() == first.pid());
    BOOST_TEST(answers(second, "b", "2 b\n"));
    BOOST_TEST((home_of(second) == where));
    BOOST_TEST(!first.told->exit.has_value());
    second.write("stop\n");
    // The test is what orphans are given to, so it can see how this one ends.
    BOOST_TEST((second.end() == exit_status{exited{5}}));
    BOOST_TEST(processes.alive() == 0u);
    BOOST_TEST(left_nothing());
  }
}

BOOST_AUTO_TEST_CASE(the_last_words_before_it_is_taken_over_are_read_again) {
  auto s = spec();
  auto& first = launch(s);
  first.write("log before\n");
  BOOST_TEST(first.waits_until([](const story& t) { return t.errors == "before\n"; }));
  auto where = home_of(first);
  leave(first);
  auto& second = adopt(where, s);
  BOOST_TEST(second.waits_until([](const story& t) { return t.errors == "before\n"; }));
  second.write("log after\n");
  BOOST_TEST(
      second.waits_until([](const story& t) { return t.errors == "before\nafter\n"; }));
}

BOOST_AUTO_TEST_CASE(signals_reach_the_whole_group_of_one_that_was_taken_over) {
  auto s = spec();
  s.argv = {"/bin/sh", "-c", "sleep 60 & echo $!; wait"};
  auto& first = launch(s);
  auto grandchild = printed_pid(first);
  auto where = home_of(first);
  leave(first);
  auto& second = adopt(where, s);
  second.drop();
  BOOST_TEST((second.end() == exit_status{signalled{SIGKILL}}));
  BOOST_TEST(ends_within(grandchild, patience));
}

BOOST_AUTO_TEST_CASE(what_a_dead_leader_left_of_its_group_is_killed) {
  auto s = spec();
  s.argv = {"/bin/sh", "-c", "sleep 60 & echo $!; read x < \"$0.go\"", "{socket}"};
  BOOST_REQUIRE(fs::create_directories(s.socket_path.parent_path()));
  auto fifo = s.socket_path.string() + ".go";
  BOOST_REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  auto& first = launch(s);
  auto grandchild = printed_pid(first);
  auto where = home_of(first);
  leave(first);
  auto& second = adopt(where, s);
  std::ofstream{fifo} << "go\n";
  BOOST_TEST((second.end() == exit_status{exited{0}}));
  BOOST_TEST(ends_within(grandchild, patience));
}

BOOST_AUTO_TEST_CASE(a_process_that_is_not_the_one_is_refused_and_left_alone) {
  auto s = spec();
  auto& first = launch(s);
  auto where = home_of(first);
  auto other = where;
  ++other.started;
  auto& refused = adopt(other, s);
  BOOST_TEST((refused.told->failure.what == code::worker_died));
  BOOST_TEST(refused.told->failure.message
             == "process " + std::to_string(where.pid)
                    + " is another one than that which was left");
  other.socket.clear(); // the files are the living one's
  other.log.clear();
  BOOST_TEST(!end_detached(other));
  BOOST_TEST(answers(first, "here", "1 here\n"));
}

BOOST_AUTO_TEST_CASE(one_that_has_ended_is_refused) {
  auto s = spec();
  auto& first = launch(s);
  auto where = home_of(first);
  first.drop();
  first.end();
  auto& refused = adopt(where, s);
  BOOST_TEST((refused.told->failure.what == code::worker_died));
  BOOST_TEST(refused.told->failure.message
             == "process " + std::to_string(where.pid) + " has ended");
}

BOOST_AUTO_TEST_CASE(one_of_another_user_is_refused) {
  auto s = spec();
  auto& first = launch(s);
  auto as_other = s;
  as_other.as = run_as{12345, 12345, {}};
  auto& refused = adopt(home_of(first), as_other);
  BOOST_TEST((refused.told->failure.what == code::worker_died));
  BOOST_TEST(refused.told->failure.message.find("another user") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_that_nobody_wants_is_ended_with_all_its_group) {
  auto s = spec();
  s.argv = {"/bin/sh", "-c", "sleep 60 & echo $!; wait"};
  auto& first = launch(s);
  auto grandchild = printed_pid(first);
  auto where = home_of(first);
  leave(first);
  BOOST_TEST(end_detached(where));
  BOOST_TEST(ends_within(first.pid(), patience));
  BOOST_TEST(ends_within(grandchild, patience));
  BOOST_TEST(left_nothing());
  processes.reap_orphans();
  BOOST_TEST(!end_detached(where));
}

BOOST_AUTO_TEST_CASE(only_the_process_itself_may_dial_in_again) {
  auto s = spec(channel::unix_socket);
  auto& first = launch(s);
  BOOST_TEST(answers(first, "a", "1 a\n"));
  auto where = home_of(first);
  ::kill(first.pid(), SIGSTOP); // so that another comes first
  leave(first);
  auto& second = adopt(where, s);
  auto dial = shell("");
  dial.argv = {"python3", "-c",
               "import socket, sys\n"
               "c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1])\n"
               "print(repr(c.recv(1)))\n",
               s.socket_path};
  BOOST_TEST(launch(dial).all_output() == "b''\n");
  BOOST_TEST(!second.told->connected);
  ::kill(second.pid(), SIGCONT);
  BOOST_TEST(answers(second, "b", "2 b\n"));
}

BOOST_AUTO_TEST_CASE(an_adoption_that_fails_for_another_reason_leaves_the_process) {
  auto s = spec(channel::unix_socket);
  auto& first = launch(s);
  BOOST_TEST(answers(first, "a", "1 a\n"));
  auto where = home_of(first);
  leave(first);
  auto elsewhere = where;
  elsewhere.socket = std::string(200, 'x');
  auto& refused = adopt(elsewhere, s);
  BOOST_TEST((refused.told->failure.what == code::spawn_failed));
  BOOST_TEST(find_detached(where, ::geteuid()).has_value());
  BOOST_TEST(end_detached(where));
}

BOOST_AUTO_TEST_SUITE_END()
