#include "actors/process/process.hpp"

#include "actors/process/exit_status.hpp"
#include "actors/process/launcher.hpp"

#include <caf/send.hpp>

#include <cerrno>
#include <csignal>

namespace troupe {

namespace {

/// Reads of one stream after its child ended: all that a pipe can hold, but not what a
/// grandchild that still has the pipe may go on writing.
constexpr int last_reads = 32;

} // namespace

process::process(loop& home, spawner& s, spawned_process p, worker_actor owner)
  : flushable(turn_order::child)
  , home_(home)
  , spawner_(s)
  , pid_(p.pid)
  , input_(home, std::move(p.input))
  , output_(home, std::move(p.output))
  , errors_(home, std::move(p.errors))
  , exit_(home, std::move(p.exit))
  , owner_(std::move(owner)) {}

void process::start() {
  read_when_ready(output_, &process::send_output);
  read_when_ready(errors_, &process::send_errors);
  await_exit();
}

void process::commit() {
  if (!waiting_to_write_)
    home_.flush_later(shared_from_this());
}

void process::close_input() {
  closing_input_ = true;
  commit();
}

void process::signal(int number) {
  if (!reaped_)
    ::kill(-pid_, number);
}

void process::flush() {
  size_t written = 0;
  while (input_.is_open() && written < outbox_.size()) {
    auto n = ::write(input_.get(), outbox_.data() + written, outbox_.size() - written);
    if (n > 0) {
      written += static_cast<size_t>(n);
    } else if (errno == EAGAIN) {
      write_when_ready();
      break;
    } else if (errno != EINTR) {
      // It no longer reads; whether it lives is told by its exit, not by its pipes.
      input_.close();
    }
  }
  if (!input_.is_open())
    outbox_.clear();
  else if (written == outbox_.size() && outbox_.capacity() > limits::read_chunk)
    std::string{}.swap(outbox_); // an idle worker keeps no large buffer
  else
    outbox_.erase(0, written);
  if (closing_input_ && outbox_.empty() && input_.is_open())
    input_.close();
}

/// Its pipe is watched from the first time that it was full.
void process::write_when_ready() {
  waiting_to_write_ = true;
  if (std::exchange(input_watched_, true)) {
    input_.want(EPOLLOUT);
    return;
  }
  input_.watch(EPOLLOUT, [self = shared_from_this()](uint32_t events) {
    self->waiting_to_write_ = false;
    if (events & EPOLLERR)
      self->input_.close(); // nobody reads any more, and it would be told for ever
    self->input_.want(0);
    self->flush();
  });
}

void process::send_output(slice bytes) {
  caf::anon_send(owner_, atom::output_v, std::move(bytes));
}

void process::send_errors(slice bytes) {
  if (!bytes.empty())
    caf::anon_send(owner_, atom::tail_v, std::move(bytes));
}

void process::read_when_ready(descriptor& from, forward to) {
  from.watch(EPOLLIN, [self = shared_from_this(), &from, to](uint32_t) {
    self->read_some(from, to);
  });
}

bool process::read_some(descriptor& from, forward to) {
  if (!from.is_open())
    return false;
  auto space = home_.scratch();
  auto n = ::read(from.get(), space.data(), space.size());
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return false;
  if (n > 0) {
    (this->*to)(slice{std::string{space.data(), static_cast<size_t>(n)}});
    return true;
  }
  from.close();
  (this->*to)(slice{});
  return false;
}

void process::drain(descriptor& from, forward to) {
  for (int i = 0; i < last_reads && read_some(from, to); ++i)
    ;
  from.close();
}

void process::await_exit() {
  exit_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) {
    // What it wrote before it ended comes before word of its end.
    self->drain(self->output_, &process::send_output);
    self->drain(self->errors_, &process::send_errors);
    auto status = self->spawner_.reap(self->pid_);
    self->reaped_ = true;
    self->input_.close();
    self->exit_.close();
    caf::anon_send(std::exchange(self->owner_, nullptr), atom::exited_v,
                   to_exit_status(status));
  });
}

namespace {

class process_launcher : public launcher {
public:
  process_launcher(loop& home, spawner& s)
    : home_(home)
    , spawner_(s) {}

  void launch(spawn_spec spec, worker_actor owner) override {
    auto done = [&home = home_, &s = spawner_, owner](spawn_result result) {
      // std::function wants a copyable closure: the result moves into a shared one.
      auto shared = std::make_shared<spawn_result>(std::move(result));
      home.post(
          [&home, &s, owner, shared] { deliver(home, s, owner, std::move(*shared)); });
    };
    spawner_.spawn(std::move(spec), std::move(done));
  }

private:
  static void deliver(loop& home, spawner& s, const worker_actor& owner,
                      spawn_result result) {
    if (auto why = std::get_if<std::string>(&result)) {
      caf::anon_send(owner, atom::spawned_v,
                     launch_result{fault{code::spawn_failed, std::move(*why), {}}});
      return;
    }
    auto p = std::make_shared<process>(
        home, s, std::get<spawned_process>(std::move(result)), owner);
    p->start();
    // The worker's reference is the one that counts: without it the child must go.
    child_ptr handle{p.get(), [p](child*) { p->signal(SIGKILL); }};
    caf::anon_send(owner, atom::spawned_v, launch_result{std::move(handle)});
  }

  loop& home_;
  spawner& spawner_;
};

} // namespace

launcher_ptr make_process_launcher(loop& home, spawner& s) {
  return std::make_shared<process_launcher>(home, s);
}

} // namespace troupe
