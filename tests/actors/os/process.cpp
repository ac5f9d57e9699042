#include "tests/actors/os/support_process.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <csignal>
#include <fstream>
#include <future>
#include <thread>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::os;
using namespace troupe::testing;

namespace processes {

std::chrono::microseconds cpu_time() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  return std::chrono::seconds{used.ru_utime.tv_sec + used.ru_stime.tv_sec}
         + std::chrono::microseconds{used.ru_utime.tv_usec + used.ru_stime.tv_usec};
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Returns whether a thread of this name is in the system call of this number.
bool is_in_call(const std::string& name, long number) {
  for (auto& task : std::filesystem::directory_iterator{"/proc/self/task"}) {
    std::string comm;
    long call = -1;
    std::ifstream{task.path() / "comm"} >> comm;
    std::ifstream{task.path() / "syscall"} >> call;
    if (comm == name && call == number)
      return true;
  }
  return false;
}

/// Checks that a child without an input is told of while it lives, and ends it.
void check_useless(owned_child& c) {
  BOOST_TEST(c.waits_until([](const story& s) { return s.output_closed; }));
  BOOST_TEST(!c.told->exit);
  c.with([](child& x) {
    x.signal(SIGKILL);
    return true;
  });
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
}

} // namespace processes

BOOST_FIXTURE_TEST_SUITE(processes, process_fixture)

BOOST_AUTO_TEST_CASE(output_and_errors_arrive_apart_and_before_the_exit) {
  auto& c = launch("echo out; echo err >&2; echo more");
  BOOST_TEST((c.end() == exit_status{exited{0}}));
  BOOST_TEST(c.told->output == "out\nmore\n");
  BOOST_TEST(c.told->errors == "err\n");
  BOOST_TEST(c.told->output_closed);
  BOOST_TEST(c.told->late == 0u);
}

BOOST_AUTO_TEST_CASE(all_of_a_large_last_output_comes_before_the_exit) {
  // The pipe is full when the child ends, again and again with another timing.
  for (int i = 0; i < 20; ++i) {
    auto& c = launch("head -c 65536 /dev/zero; head -c 60000 /dev/zero >&2");
    BOOST_TEST(c.all_output().size() == 65'536u);
    BOOST_TEST(c.told->errors.size() == 60'000u);
    BOOST_TEST(c.told->late == 0u);
  }
}

BOOST_AUTO_TEST_CASE(more_than_a_pipe_holds_arrives_whole) {
  auto out = output_of("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo $i; done");
  std::string expected;
  for (int i = 1; i <= 20'000; ++i)
    expected += std::to_string(i) + '\n';
  BOOST_TEST((out == expected));
}

BOOST_AUTO_TEST_CASE(a_child_that_closes_its_output_is_told_of_while_it_lives) {
  auto& c = launch("echo last; exec >&-; read line; exit 4");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output_closed; }));
  BOOST_TEST(c.told->output == "last\n");
  BOOST_TEST(!c.told->exit);
  c.write("go\n");
  BOOST_TEST((c.end() == exit_status{exited{4}}));
}

BOOST_AUTO_TEST_CASE(a_child_that_closed_its_input_is_told_of_by_the_next_write) {
  auto& c = launch("exec <&-; echo closed; exec sleep 60");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "closed\n"; }));
  BOOST_TEST(!c.told->output_closed);
  c.write("go\n");
  check_useless(c);
}

BOOST_AUTO_TEST_CASE(a_child_that_closes_a_full_input_is_told_of_at_once) {
  auto& c = launch("read line; exec <&-; exec sleep 60");
  c.write("go\n" + std::string(4'000'000, 'x')); // more than any pipe has
  check_useless(c);
}

BOOST_AUTO_TEST_CASE(a_start_that_takes_long_holds_up_no_other_childs_end) {
  temporary_folder folder;
  auto& other = launch("read line; exit 4");
  auto slow = shell("exit 0");
  slow.log_path = folder.path / "log"; // opening it takes until somebody reads it
  BOOST_REQUIRE(::mkfifo(slow.log_path.c_str(), 0600) == 0);
  std::promise<spawn_result> started;
  processes.spawn(slow, [&](spawn_result r) { started.set_value(std::move(r)); });
  auto until = steady_clock::now() + patience; // not every kernel shows it
  while (!is_in_call("spawner", SYS_openat) && steady_clock::now() < until)
    std::this_thread::yield();
  other.write("go\n");
  BOOST_TEST(other.waits_until([](const story& s) { return s.exit.has_value(); }));
  unique_fd reader{::open(slow.log_path.c_str(), O_RDONLY | O_NONBLOCK)};
  auto born = started.get_future().get().value();
  BOOST_TEST(ends_within(born.pid, patience));
  BOOST_TEST(processes.reap(born.pid).status == 0);
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_told) {
  BOOST_TEST((launch("exit 3").end() == exit_status{exited{3}}));
  BOOST_TEST((launch("exit 255").end() == exit_status{exited{255}}));
}

BOOST_AUTO_TEST_CASE(the_signal_that_ended_it_is_told) {
  BOOST_TEST((launch("kill -SEGV $$").end() == exit_status{signalled{SIGSEGV}}));
  BOOST_TEST((launch("kill -KILL $$").end() == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_CASE(a_child_gets_a_signal_that_is_sent_through_its_handle) {
  auto& c = launch("trap 'echo asked; exit 5' TERM; echo set; while read l; do :; done");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "set\n"; }));
  c.with([](child& x) {
    x.signal(SIGTERM);
    return true;
  });
  BOOST_TEST((c.end() == exit_status{exited{5}}));
  BOOST_TEST(c.told->output == "set\nasked\n");
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_exist_is_named_with_the_reason) {
  auto spec = shell("");
  spec.argv = {"/no/such/program", "argument"};
  auto& c = launch(spec);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(c.told->failure.message
             == "cannot run '/no/such/program': No such file or directory");
  BOOST_TEST(processes.alive() == 0u);
}

BOOST_AUTO_TEST_CASE(a_program_that_may_not_be_run_is_named_with_the_reason) {
  auto spec = shell("");
  spec.argv = {"/etc/passwd"};
  BOOST_TEST(launch(spec).told->failure.message
             == "cannot run '/etc/passwd': Permission denied");
}

BOOST_AUTO_TEST_CASE(a_directory_that_does_not_exist_is_named_with_the_reason) {
  auto spec = shell("echo ran");
  spec.cwd = "/no/such/directory";
  auto& c = launch(spec);
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(c.told->failure.message
             == "cannot enter '/no/such/directory': No such file or directory");
}

BOOST_AUTO_TEST_CASE(a_failure_does_not_harm_what_starts_after_it) {
  auto spec = shell("");
  spec.argv = {"/no/such/program"};
  launch(spec);
  BOOST_TEST(output_of("echo fine") == "fine\n");
}

BOOST_AUTO_TEST_CASE(it_reads_what_is_written_to_it_until_its_input_is_closed) {
  auto& c = launch("cat; echo end");
  c.write("one\n");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "one\n"; }));
  c.write("two\n");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "one\ntwo\n"; }));
  c.close_input();
  BOOST_TEST(c.all_output() == "one\ntwo\nend\n");
}

BOOST_AUTO_TEST_CASE(a_large_outbox_arrives_whole_at_a_child_that_reads_slowly) {
  // Far more than a pipe holds, and the child begins to read when it is told to; its
  // input is closed behind all of it.
  auto& c = launch("read first; echo $first; cksum; echo end");
  std::string bytes = "go\n";
  while (bytes.size() < 3'000'000)
    bytes += std::to_string(bytes.size()) + ' ';
  c.write(bytes);
  c.close_input();
  auto size = std::to_string(bytes.size() - 3);
  auto out = c.all_output();
  BOOST_TEST(has(out, "go\n"));
  BOOST_TEST(has(out, " " + size + "\nend\n"));
}

BOOST_AUTO_TEST_CASE(what_is_echoed_in_small_reads_is_what_was_written) {
  auto& c = launch("dd bs=1000 2>/dev/null");
  std::string bytes;
  for (int i = 0; i < 100; ++i) {
    std::string piece;
    while (piece.size() < 10'000)
      piece += std::to_string(bytes.size() + piece.size()) + ' ';
    c.write(piece); // while the child is busy with the one before
    bytes += piece;
  }
  c.close_input();
  BOOST_TEST((c.all_output() == bytes));
}

BOOST_AUTO_TEST_CASE(a_child_that_does_not_read_is_written_to_without_harm) {
  auto& c = launch("exec <&-; echo deaf; exec sleep 60");
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "deaf\n"; }));
  c.write("nobody reads this\n");
  c.write("nor this\n");
  BOOST_TEST(c.with([](child& x) { return x.outbox().size(); }) == 0u);
  BOOST_TEST(c.with([](child& x) { return x.lost_input(); }) == 27u);
  BOOST_TEST(!c.told->exit);
}

// The end of a pipe whose reader is gone is "ready" for ever.
BOOST_AUTO_TEST_CASE(a_child_that_stops_reading_after_a_full_pipe_costs_no_cpu) {
  auto& c = launch("head -c 1000000 >/dev/null; exec <&-; echo deaf; exec sleep 60");
  c.write(std::string(1'000'000, 'x'));
  BOOST_TEST(c.waits_until([](const story& s) { return s.output == "deaf\n"; }));
  auto before = home.run([] { return cpu_time(); });
  // Another child's half a second is the event to wait for.
  BOOST_TEST((launch("sleep 0.5").end() == exit_status{exited{0}}));
  auto used = home.run([] { return cpu_time(); }) - before;
  BOOST_TEST(used.count() < 30'000);
}

BOOST_AUTO_TEST_CASE(output_that_is_not_read_holds_the_child_up) {
  auto& c = launch("read go; head -c 300000 /dev/zero; echo written >&2");
  c.with([](child& x) {
    x.read_output(false);
    return true;
  });
  c.write("go\n");
  // Others are served meanwhile.
  BOOST_TEST(output_of("echo other") == "other\n");
  BOOST_TEST(c.told->wait([](const story& s) { return s.output.empty(); }));
  BOOST_TEST(c.told->errors == "");
  c.with([](child& x) {
    x.read_output(true);
    return true;
  });
  BOOST_TEST(c.all_output().size() == 300'000u);
  BOOST_TEST(c.told->errors == "written\n");
}

BOOST_AUTO_TEST_CASE(a_child_whose_handle_is_dropped_is_killed) {
  auto& c = launch("exec sleep 60");
  c.drop();
  BOOST_TEST((c.end() == exit_status{signalled{SIGKILL}}));
  BOOST_TEST(processes.alive() == 0u);
}

BOOST_AUTO_TEST_CASE(many_children_side_by_side_each_have_their_own_output) {
  constexpr size_t many = 30;
  for (size_t i = 0; i < many; ++i)
    launch("read line; echo $line " + std::to_string(i));
  BOOST_TEST(processes.alive() == many);
  for (auto& c : kids)
    c->write("child\n");
  for (size_t i = 0; i < many; ++i)
    BOOST_TEST(kids[i]->all_output() == "child " + std::to_string(i) + "\n");
  BOOST_TEST(processes.alive() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()
