#include "tests/actors/os/support_process.hpp"

#include "actors/interfaces/child_mail.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

namespace troupe::testing {

using namespace loop;
using namespace os;

spawn_spec shell(const std::string& script) {
  spawn_spec spec;
  spec.argv = {"/bin/sh", "-c", script};
  auto path =
      ::getenv("PATH"); // programs are looked for in it, and may look for themselves
  spec.env = {std::string{"PATH="} + (path ? path : "/usr/bin:/bin")};
  spec.cwd = "/";
  return spec;
}

bool ends_within(pid_t pid, std::chrono::milliseconds time) {
  unique_fd fd{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
  if (!fd)
    return errno == ESRCH;
  pollfd p{fd.get(), POLLIN, 0};
  return ::poll(&p, 1, static_cast<int>(time.count())) == 1;
}

void require_single_thread() {
  auto count = [] {
    std::filesystem::directory_iterator tasks{"/proc/self/task"};
    return std::distance(begin(tasks), end(tasks));
  };
  // The kernel lists a thread for a moment after it was joined.
  auto deadline = steady_clock::now() + std::chrono::seconds{5};
  while (count() > 1 && steady_clock::now() < deadline)
    std::this_thread::yield();
  BOOST_REQUIRE(count() == 1);
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR)
    ;
}

temporary_folder::temporary_folder() {
  char name[] = "/tmp/process.XXXXXX";
  path = ::mkdtemp(name);
}

temporary_folder::~temporary_folder() {
  std::filesystem::remove_all(path);
}

owned_guardian::~owned_guardian() {
  auto pid = guard_->pid();
  guard_.reset();
  reap(pid);
}

bool story::wait(const std::function<bool(const story&)>& has) {
  std::unique_lock lock{mutex_};
  return changed_.wait_for(lock, patience, [&] { return has(*this); });
}

void story::change(const std::function<void(story&)>& f) {
  std::lock_guard lock{mutex_};
  if (exit)
    ++late;
  f(*this);
  changed_.notify_all();
}

namespace {

struct no_state {
  explicit no_state(caf::local_actor*) {}
};

/// Stands in for a WORKER: writes down what its child does and ends with it.
child_owner_actor::behavior_type own(pinned_actor<child_owner_actor, no_state>* self,
                                     const std::shared_ptr<story>& told,
                                     const std::shared_ptr<child_ptr>& handle) {
  return {
      [=](atom::spawned, launch_result& r) {
        if (r)
          *handle = *std::move(r);
        else
          self->quit();
        told->change([&](story& s) {
          if (r)
            s.pid = (*handle)->pid();
          else
            s.failure = r.error();
        });
      },
      [=](atom::connected) { told->change([](story& s) { s.connected = true; }); },
      [=](atom::output, const shared_bytes& bytes) {
        told->change([&](story& s) {
          s.output += bytes.view();
          s.output_closed = bytes.empty();
        });
      },
      [=](atom::output, uint8_t, const shared_bytes& bytes) {
        told->change([&](story& s) { s.control += bytes.view(); });
      },
      [=](atom::log, const shared_bytes& bytes) {
        told->change([&](story& s) { s.errors += bytes.view(); });
      },
      [](atom::written) {},
      [=](atom::exited, const exit_status& how) {
        handle->reset();
        self->quit();
        told->change([&](story& s) { s.exit = how; });
      },
  };
}

child_owner_ptr mail_to(running_loop& home, const std::shared_ptr<story>& told,
                        const std::shared_ptr<child_ptr>& handle) {
  return std::make_shared<child_mail>(spawn_on(home.home, own, told, handle));
}

} // namespace

owned_child::owned_child(running_loop& home, const launcher_ptr& starter, spawn_spec spec)
  : home_(home) {
  auto owner = mail_to(home, told, handle_);
  home.run([&] { // as actors do
    starter->launch(std::move(spec), owner);
    return true;
  });
  await_birth();
}

owned_child::owned_child(running_loop& home, const launcher_ptr& starter,
                         const detached_process& who, spawn_spec spec)
  : home_(home) {
  starter->adopt(who, std::move(spec), mail_to(home, told, handle_));
  await_birth();
}

void owned_child::await_birth() {
  BOOST_REQUIRE(waits_until(
      [](const story& s) { return s.pid > 0 || s.failure.what != code::none; }));
}

owned_child::~owned_child() {
  drop();
}

void owned_child::write(const std::string& bytes) {
  with([&](child& c) {
    c.outbox() += bytes;
    c.commit();
    return true;
  });
}

void owned_child::close_input() {
  with([](child& c) {
    c.close_input();
    return true;
  });
}

void owned_child::drop() {
  home_.run([h = handle_] {
    h->reset();
    return true;
  });
}

exit_status owned_child::end() {
  BOOST_REQUIRE(waits_until([](const story& s) { return s.exit.has_value(); }));
  return *told->exit;
}

std::string owned_child::all_output() {
  end();
  return told->output;
}

owned_child& process_fixture::launch(spawn_spec spec) {
  kids.push_back(std::make_unique<owned_child>(home, starter, std::move(spec)));
  return *kids.back();
}

owned_child& process_fixture::adopt(const detached_process& who, spawn_spec spec) {
  kids.push_back(std::make_unique<owned_child>(home, starter, who, std::move(spec)));
  return *kids.back();
}

} // namespace troupe::testing
