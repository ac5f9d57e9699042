#include "actors/os/process.hpp"

#include "actors/os/detached_processes.hpp"
#include "actors/os/exit_status.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <termios.h>

#include <cerrno>
#include <csignal>
#include <utility>

namespace troupe::os {

process::process(loop::event_loop& loop, spawner& s, spawned_process p, process_ways ways,
                 child_owner_ptr owner)
  : loop::flushable(turn_order::child)
  , loop_(loop)
  , spawner_(s)
  , pid_(p.pid)
  , input_(loop, std::move(p.input))
  , output_(loop, {})
  , control_(loop, {})
  , errors_(loop, std::move(p.errors))
  , chatter_(loop, {})
  , waiting_(loop, {})
  , exit_(loop, std::move(p.exit))
  , input_pipe_(ways.pipes)
  , output_pipe_(ways.pipes)
  , ways_(std::move(ways))
  , address_(std::move(p.detached_as))
  , owner_(std::move(owner))
  , gathers_(input_.is_open() && !errors_.is_open()) {
  if (input_.is_open()) {
    output_.open(std::move(p.output));
    if (ways_.whole_heads)
      heads_.ensure();
    return;
  }
  chatter_.open(std::move(p.output));
  if (ways_.acceptor)
    waiting_.open(ways_.acceptor->take_descriptor());
  if (p.sockets.size() > 0)
    talk_through(std::move(p.sockets[0]));
  if (p.sockets.size() > 1)
    control_.open(std::move(p.sockets[1]));
}

void process::start() {
  if (waiting_.is_open())
    await_connection();
  if (output_.is_open())
    read_when_ready(output_, &process::send_output);
  if (control_.is_open())
    read_when_ready(control_, &process::send_control);
  if (chatter_.is_open())
    read_when_ready(chatter_, &process::send_log);
  if (errors_.is_open()) // a terminal has one stream
    read_when_ready(errors_, &process::send_log);
  if (ways_.log)
    ways_.log->start([this](shared_bytes bytes) { send_log(std::move(bytes)); });
  await_exit();
}

/// Each direction has a descriptor of its own, as with pipes.
void process::talk_through(loop::unique_fd socket) {
  is_socket_ = true;
  input_.open(loop::unique_fd{::fcntl(socket.get(), F_DUPFD_CLOEXEC, 3)});
  output_.open(std::move(socket));
}

void process::await_connection() {
  waiting_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) {
    auto connection = self->ways_.acceptor->connect(self->waiting_.get());
    if (!connection)
      return;
    self->ways_.acceptor.reset(); // one is enough
    self->talk_through(std::move(connection));
    self->read_when_ready(self->output_, &process::send_output);
    self->owner_->connected();
    self->commit();
    self->waiting_.close();
  });
}

void process::commit() {
  if (heads_)
    heads_->commit(outbox_.size());
  if (!waiting_to_write_)
    loop_.flush_later(shared_from_this());
}

void process::close_input() {
  closing_input_ = true;
  commit();
}

void process::signal(int number) {
  if (gone_)
    return;
  auto reached_group = ::kill(-pid_, number) == 0;
  // The child may have left its group. SIGKILL may reach it twice. Another signal must
  // not: some programs take the second for an order to give up their work.
  if (number == SIGKILL || !reached_group || ::getpgid(pid_) != pid_)
    ::syscall(SYS_pidfd_send_signal, exit_.get(), number, nullptr, 0);
}

void process::give_up() {
  if (std::exchange(gone_, true))
    return;
  owner_ = nullptr;
  spawner_.give_up(pid_);
  close();
}

void process::leave() {
  if (gone_ || !address_)
    return;
  flush();
  gone_ = true;
  owner_ = nullptr;
  if (ways_.file)
    ways_.file->leave();
  spawner_.leave(pid_);
  close();
}

/// Lets go of what keeps it alive.
void process::close() {
  auto self = shared_from_this();
  ways_.log.reset();
  ways_.acceptor.reset();
  ways_.file.reset();
  outbox_.clear();
  written_ = 0;
  for (auto d : {&input_, &output_, &control_, &errors_, &chatter_, &waiting_, &exit_})
    d->close();
}

size_t process::next_write() const {
  return heads_ ? heads_->next_write(written_) : outbox_.size() - written_;
}

void process::resize(uint16_t rows, uint16_t columns) {
  winsize size{rows, columns, 0, 0};
  if (output_.is_open())
    ::ioctl(output_.get(), TIOCSWINSZ, &size);
}

/// The two ends of a terminal share their settings: ours shows those of the program's.
bool process::kernel_echoes() const {
  termios settings{};
  return output_.is_open() && ::tcgetattr(output_.get(), &settings) == 0
         && (settings.c_lflag & ECHO) != 0;
}

void process::flush() {
  if (ways_.acceptor || gone_)
    return; // kept until somebody is there
  write_outbox();
  if (!input_.is_open()) {
    heads_.reset();
    lost_input_ += outbox_.size() - written_;
    outbox_.clear();
    written_ = 0;
  } else {
    drop_written();
  }
  if (reports_writes_ && owner_)
    owner_->written();
  if (closing_input_ && outbox_.empty() && input_.is_open())
    end_input();
}

void process::write_outbox() {
  auto end = written_ + limits::flush_bytes;
  while (input_.is_open() && written_ < outbox_.size()) {
    if (written_ >= end) {
      write_when_ready(); // others come first
      return;
    }
    auto n = ::write(input_.get(), outbox_.data() + written_, next_write());
    if (n > 0) {
      if (heads_)
        heads_->wrote(written_, static_cast<size_t>(n));
      written_ += static_cast<size_t>(n);
    } else if (errno == EAGAIN) {
      if (outbox_.size() - written_ >= limits::read_chunk
          && input_pipe_.grow(input_.get()))
        continue;
      write_when_ready();
      return;
    } else if (errno != EINTR) {
      if (errno == EPIPE) // what a terminal says is no sign of its program
        return lose_input();
      input_.close();
    }
  }
}

/// Nobody reads any more. Most often the child is dying. One that lives on would never
/// answer: as useless as if it had closed its output.
void process::lose_input() {
  input_.close();
  if (owner_)
    send_output({});
}

/// A byte is moved once at most, or a message of many MiB would be moved for each part
/// that its pipe takes. Who types on a terminal looks into the outbox: only what waits is
/// there.
void process::drop_written() {
  if (written_ < outbox_.size() / 2 && !gathers_)
    return;
  if (heads_)
    heads_->drop(written_);
  if (written_ == outbox_.size() && outbox_.capacity() > limits::read_chunk)
    std::string{}.swap(outbox_); // an idle worker keeps no large buffer
  else
    outbox_.erase(0, written_);
  written_ = 0;
}

void process::end_input() {
  if (is_socket_)
    ::shutdown(input_.get(), SHUT_WR); // it can still answer
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
      self->lose_input(); // it would be told for ever
    self->input_.want(0);
    self->flush();
  });
}

void process::await_exit() {
  exit_.watch(EPOLLIN, [self = shared_from_this()](uint32_t) { self->on_exit(); });
}

void process::on_exit() {
  // The owner gets the child's last output before its end.
  drain(output_, &process::send_output);
  drain(control_, &process::send_control);
  drain(chatter_, &process::send_log);
  drain(errors_, &process::send_log);
  if (ways_.log)
    ways_.log->finish();
  exit_status status;
  if (ways_.adopted) {
    status = spawner_.bury(*address_, exit_.get());
  } else {
    auto end = spawner_.reap(pid_);
    status = to_exit_status(end.status);
    cpu_used_ = end.cpu;
  }
  if (address_)
    remove_traces(*address_);
  gone_ = true;
  std::exchange(owner_, nullptr)->ended(status);
  close();
}

} // namespace troupe::os
