#include "actors/os/preloader.hpp"

#include "tests/actors/os/support_process.hpp"

#include <unistd.h>

#include <fstream>

using namespace troupe;
using namespace troupe::loop;
using namespace troupe::os;
using namespace troupe::testing;
using namespace std::chrono_literals;

namespace preloaders {

/// A program that is loaded and forks, written from the bytes of the protocol. MODE says
/// what is wrong with it. Its workers run what SCRIPT says.
constexpr auto program = R"(
import array, json, os, socket, sys, time
mode = os.environ.get("MODE", "")
if mode == "fails" or os.path.exists(os.environ["FLAG"]):
    print("no module named app", file=sys.stderr)
    sys.exit(3)
if mode == "stuck":
    time.sleep(1000)
node = socket.socket(fileno=int(os.environ.pop("TROUPE_PRELOAD_FD")))
os.environ["LOADED_BY"] = str(os.getpid())
if mode == "hangs up":
    node.close()
    time.sleep(1000)
version = 2 if mode == "is newer" else 1
node.send(json.dumps({"kind": "ready", "protocol": version}).encode())
while True:
    packet, given, _, _ = socket.recv_fds(node, 65536, 16)
    if not packet:
        sys.exit(0)
    asked = json.loads(packet)
    if mode == "is deaf":
        continue
    if mode == "refuses":
        node.send(json.dumps({"kind": "failed", "id": asked["id"],
                              "message": "no more memory"}).encode())
        continue
    if mode == "lies":
        node.send(json.dumps({"kind": "forked", "id": asked["id"], "pid": 1}).encode())
        continue
    ours, theirs = os.pipe()
    between = os.fork()
    if between == 0:
        if os.fork():
            os._exit(0)
        if mode != "leads no group":
            os.setsid()
        os.write(theirs, str(os.getpid()).encode())
        for fd in (ours, theirs):
            os.close(fd)
        node.close()
        for number, fd in enumerate(given):
            os.dup2(fd, number)
        os.environ.update(asked["env"])
        os.execvp("sh", ["sh", "-c", os.environ["SCRIPT"]])
    os.close(theirs)
    pid = int(os.read(ours, 100))
    os.close(ours)
    os.waitpid(between, 0)
    for fd in given:
        os.close(fd)
    node.send(json.dumps({"kind": "forked", "id": asked["id"], "pid": pid}).encode())
)";

/// Writes down what becomes of preloaded processes.
class record : public preload_observer {
public:
  struct facts {
    std::vector<pid_t> started;
    std::vector<pid_t> ended;
    std::vector<pid_t> ready;
    /// Why each has ended; empty if it was wanted.
    std::vector<std::string> why;
    std::string output;
  };

  void started(pid_t pid) override {
    change([=](facts& f) { f.started.push_back(pid); });
  }
  void ready(pid_t pid, std::chrono::milliseconds) override {
    change([=](facts& f) { f.ready.push_back(pid); });
  }
  void log(pid_t, shared_bytes bytes) override {
    change([&](facts& f) { f.output += bytes.view(); });
  }
  void ended(pid_t pid, const exit_status&, const fault* why) override {
    change([&](facts& f) {
      f.ended.push_back(pid);
      f.why.push_back(why ? why->message : "");
    });
  }
  void failed(const fault& why) override {
    change([&](facts& f) { f.why.push_back(why.message); });
  }

  bool wait(const std::function<bool(const facts&)>& has) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, patience, [&] { return has(all_); });
  }
  facts now() {
    std::lock_guard lock{mutex_};
    return all_;
  }

private:
  template <class F>
  void change(F f) {
    std::lock_guard lock{mutex_};
    f(all_);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  facts all_;
};

struct fixture : process_fixture {
  fixture() {
    starter = make_process_launcher(home.home, processes, told);
    set_mode("");
  }
  ~fixture() {
    kids.clear();
    home.run([this] {
      starter->rest();
      return true;
    });
    // The loop has to be there for as long as they are.
    told->wait([](auto& f) { return f.ended.size() == f.started.size(); });
  }

  void set_mode(const std::string& mode) {
    auto fresh = std::make_shared<preload_order>();
    fresh->name = "app";
    fresh->boot_timeout = 10s;
    auto& p = fresh->program;
    p.argv = {"python3", "-c", program};
    p.env = {"PATH=/usr/bin:/bin", "MODE=" + mode, "FLAG=" + flag(), "SCRIPT=exit 9"};
    p.cwd = folder.path;
    order = fresh;
  }

  std::string flag() const { return (folder.path / "flag").string(); }

  spawn_spec forked(const std::string& script) {
    spawn_spec spec;
    spec.preload = order;
    spec.env = order->program.env;
    spec.env.back() = "SCRIPT=" + script;
    return spec;
  }
  owned_child& fork(const std::string& script) { return launch(forked(script)); }

  /// Returns the first line that a new worker writes to stdout.
  std::string first_line(const std::string& script) {
    auto& c = fork(script);
    c.waits_until(
        [](const story& s) { return s.output.find('\n') != s.output.npos || s.exit; });
    return c.told->output.substr(0, c.told->output.find('\n'));
  }

  /// Returns the number of the process that a new worker was forked from.
  pid_t origin() { return static_cast<pid_t>(std::stol(first_line("echo $LOADED_BY"))); }

  void renew() {
    home.run([this] {
      starter->renew();
      return true;
    });
  }

  temporary_folder folder;
  std::shared_ptr<const preload_order> order;
  std::shared_ptr<record> told = std::make_shared<record>();
};

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace preloaders

BOOST_FIXTURE_TEST_SUITE(preloaders, fixture)

BOOST_AUTO_TEST_CASE(workers_are_forked_from_one_process_and_are_children_of_the_node) {
  auto own = std::to_string(::getpid());
  auto first = first_line("echo $LOADED_BY $PPID; read line");
  BOOST_TEST(has(first, ' ' + own));
  BOOST_TEST(first_line("echo $LOADED_BY $PPID; read line") == first);
  BOOST_TEST(told->now().started.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_forked_worker_has_its_own_pipes_variables_and_end) {
  auto& c = fork("read line; echo got $line; echo to stderr >&2; exit 7");
  c.write("this\n");
  BOOST_TEST((c.end() == exit_status{exited{7}}));
  BOOST_TEST(c.told->output == "got this\n");
  BOOST_TEST(c.told->errors == "to stderr\n");
  auto& killed = fork("kill -9 $$");
  BOOST_TEST((killed.end() == exit_status{signalled{SIGKILL}}));
}

BOOST_AUTO_TEST_CASE(what_a_forked_worker_has_started_ends_with_it) {
  auto& c = fork("setsid sleep 1000 & echo $!; read line");
  c.waits_until([](const story& s) { return has(s.output, "\n"); });
  auto started = static_cast<pid_t>(std::stol(c.told->output));
  c.close_input();
  c.end();
  BOOST_TEST(ends_within(started, patience));
}

BOOST_AUTO_TEST_CASE(workers_outlive_the_process_and_the_next_ones_come_from_another) {
  auto& c = fork("echo $LOADED_BY; read line; exit 4");
  c.waits_until([](const story& s) { return has(s.output, "\n"); });
  auto first = static_cast<pid_t>(std::stol(c.told->output));
  ::kill(first, SIGKILL);
  BOOST_TEST(told->wait([](auto& f) { return f.ready.size() == 2; }));
  BOOST_TEST(origin() != first);
  BOOST_TEST(told->now().why.at(0).find("SIGKILL") != std::string::npos);
  c.write("\n");
  BOOST_TEST((c.end() == exit_status{exited{4}}));
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_load_fails_the_worker_with_its_last_words) {
  set_mode("fails");
  auto& c = fork("exit 0");
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(c.told->failure.message
             == "the preloaded process of app exited with code 3 before it was ready: "
                "no module named app");
}

BOOST_AUTO_TEST_CASE(a_program_that_is_not_there_fails_the_worker) {
  auto other = std::make_shared<preload_order>(*order);
  other->program.argv = {"./nothing"};
  order = other;
  auto& c = fork("exit 0");
  BOOST_TEST((c.told->failure.what == code::spawn_failed));
  BOOST_TEST(has(c.told->failure.message, "./nothing"));
}

BOOST_AUTO_TEST_CASE(one_that_loads_for_too_long_is_killed) {
  set_mode("stuck");
  auto hasty = std::make_shared<preload_order>(*order);
  hasty->boot_timeout = 100ms;
  order = hasty;
  auto& c = fork("exit 0");
  BOOST_TEST((c.told->failure.what == code::boot_timeout));
  BOOST_TEST(has(c.told->failure.message, "was not ready within 100 ms"));
  BOOST_TEST(told->wait([](auto& f) { return f.ended.size() == 1; }));
}

BOOST_AUTO_TEST_CASE(one_that_does_not_fork_in_time_is_killed) {
  set_mode("is deaf");
  auto hasty = std::make_shared<preload_order>(*order);
  hasty->boot_timeout = 1s;
  order = hasty;
  auto& c = fork("exit 0");
  BOOST_TEST((c.told->failure.what == code::boot_timeout));
  BOOST_TEST(has(c.told->failure.message, "did not fork within"));
}

BOOST_AUTO_TEST_CASE(one_that_breaks_its_protocol_is_told_of) {
  for (auto [mode, why] : {std::pair{"is newer", "version 2"},
                           {"hangs up", "closed its socket"},
                           {"refuses", "no more memory"},
                           {"lies", "is no new child of the node"},
                           {"leads no group", "leads no group of its own"}}) {
    set_mode(mode);
    auto& c = fork("exit 0");
    BOOST_TEST((c.told->failure.what != code::none), mode);
    BOOST_TEST(has(c.told->failure.message, why), c.told->failure.message);
  }
}

BOOST_AUTO_TEST_CASE(a_renewal_loads_the_program_again_and_then_ends_the_old_process) {
  auto first = origin();
  BOOST_TEST(origin() == first);
  renew();
  auto second = origin();
  BOOST_TEST(second != first);
  BOOST_TEST(told->wait([](auto& f) { return f.ended.size() == 1; }));
  BOOST_TEST(told->now().ended.at(0) == first);
  BOOST_TEST(told->now().why.at(0) == "");
  BOOST_TEST(origin() == second);
}

BOOST_AUTO_TEST_CASE(a_renewal_that_does_not_load_leaves_the_old_process_in_its_place) {
  auto first = origin();
  std::ofstream{flag()} << "broken";
  renew();
  auto& c = fork("exit 0");
  BOOST_TEST(has(c.told->failure.message, "no module named app"));
  BOOST_TEST(origin() == first);
}

BOOST_AUTO_TEST_CASE(another_program_is_loaded_beside_the_first_until_it_is_ready) {
  auto first = origin();
  auto before = order;
  set_mode("another");
  auto second = origin();
  BOOST_TEST(second != first);
  BOOST_TEST(told->wait([](auto& f) { return f.ended.size() == 1; }));
  order = before;
  BOOST_TEST(origin() != second);
}

BOOST_AUTO_TEST_CASE(a_rest_ends_the_process_and_the_next_worker_starts_another) {
  auto first = origin();
  home.run([this] {
    starter->rest();
    return true;
  });
  BOOST_TEST(told->wait([](auto& f) { return f.ended.size() == 1; }));
  BOOST_TEST(origin() != first);
}

BOOST_AUTO_TEST_CASE(a_request_is_taken_back_while_the_program_loads) {
  set_mode("stuck");
  auto asked = std::make_shared<int>(0);
  std::shared_ptr<preloader> p;
  home.run([&] {
    p = std::make_shared<preloader>(home.home, processes, told);
    p->fork({forked("exit 0"), asked.get(), [asked](auto) { ++*asked; }});
    return true;
  });
  BOOST_TEST(told->wait([](auto& f) { return f.started.size() == 1; }));
  auto taken_back = home.run([&] {
    auto first = p->withdraw(asked.get());
    auto again = p->withdraw(asked.get());
    p->rest();
    return first && !again;
  });
  // The loop has to be there for as long as the process is.
  BOOST_TEST(told->wait([](auto& f) { return f.ended.size() == 1; }));
  home.run([&] {
    p.reset();
    return true;
  });
  BOOST_TEST(taken_back);
  BOOST_TEST(*asked == 0);
}

BOOST_AUTO_TEST_SUITE_END()
