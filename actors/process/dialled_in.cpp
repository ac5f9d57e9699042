#include "actors/process/dialled_in.hpp"

#include "actors/loop/flushable.hpp"
#include "actors/process/exit_status.hpp"
#include "actors/process/listener.hpp"
#include "protocol/limits.hpp"

#include <caf/send.hpp>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>

namespace troupe {

namespace {

pid_t peer_of(int socket) {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : -1;
}

/// A process that came by itself, as far as its connection tells of it.
class dialled_in : public child,
                   public flushable,
                   public std::enable_shared_from_this<dialled_in> {
public:
  dialled_in(loop& home, unique_fd socket, worker_actor owner)
    : flushable(turn_order::child)
    , home_(home)
    , pid_(peer_of(socket.get()))
    , socket_(home, std::move(socket))
    , owner_(std::move(owner)) {}

  void start() {
    socket_.watch(EPOLLIN, [self = shared_from_this()](uint32_t events) {
      if (events & EPOLLOUT)
        self->flush();
      if (events & ~static_cast<uint32_t>(EPOLLOUT))
        self->read();
    });
  }

  pid_t pid() const override { return pid_; }
  std::string& outbox() override { return outbox_; }
  void commit() override { home_.flush_later(shared_from_this()); }

  void close_input() override {
    closing_input_ = true;
    commit();
  }

  void read_output(bool on) override {
    reading_ = on;
    want();
  }

  void report_writes(bool on) override { reports_writes_ = on; }

  bool fetch_output() override {
    if (socket_.is_open())
      read();
    return untaken_ > 0;
  }

  void took_output() override { --untaken_; }

  void signal(int) override { end(); }

  void flush() override {
    size_t written = 0;
    while (socket_.is_open() && written < outbox_.size()
           && written < limits::flush_bytes) {
      auto n = ::send(socket_.get(), outbox_.data() + written, outbox_.size() - written,
                      MSG_NOSIGNAL | MSG_DONTWAIT);
      if (n > 0)
        written += static_cast<size_t>(n);
      else if (errno == EAGAIN)
        break;
      else if (errno != EINTR)
        return end();
    }
    outbox_.erase(0, written);
    want();
    if (reports_writes_ && owner_)
      caf::anon_send(owner_, atom::room_v);
    if (closing_input_ && outbox_.empty() && socket_.is_open())
      ::shutdown(socket_.get(), SHUT_WR);
  }

private:
  void want() {
    if (socket_.is_open())
      socket_.want((reading_ ? EPOLLIN : 0U) | (outbox_.empty() ? 0U : EPOLLOUT));
  }

  void read() {
    auto space = home_.scratch();
    auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
    if (n > 0) {
      ++untaken_;
      caf::anon_send(owner_, atom::output_v,
                     slice{std::string{space.data(), static_cast<size_t>(n)}});
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      end();
    }
  }

  void end() {
    if (!owner_)
      return;
    auto owner = std::exchange(owner_, nullptr);
    outbox_.clear();
    caf::anon_send(owner, atom::exited_v, exit_status{disconnected{}});
    socket_.close(); // may be the last that keeps this alive
  }

  loop& home_;
  pid_t pid_;
  descriptor socket_;
  worker_actor owner_;
  std::string outbox_;
  /// Pieces of output that were sent to the worker and not handled yet.
  uint64_t untaken_ = 0;
  bool reading_ = true;
  bool reports_writes_ = false;
  bool closing_input_ = false;
};

class external_launcher : public launcher {
public:
  external_launcher(loop& home, std::filesystem::path path)
    : home_(home)
    , path_(std::move(path))
    , waiting_(home, {}) {}

  void launch(spawn_spec spec, worker_actor owner) override {
    if (!door_) {
      spec.talks = channel::unix_socket;
      spec.socket_path = path_;
      auto open = worker_door::open(spec, {user_of(spec)});
      if (auto why = std::get_if<std::string>(&open)) {
        caf::anon_send(owner, atom::spawned_v,
                       launch_result{fault{code::spawn_failed, std::move(*why), {}}});
        return;
      }
      door_.emplace(std::get<worker_door>(std::move(open)));
      waiting_.open(door_->take_descriptor());
      waiting_.watch(0, [this](uint32_t) { take(); });
    }
    owners_.push_back(std::move(owner));
    waiting_.want(EPOLLIN);
  }

  bool withdraw(const worker_actor& owner) override {
    auto was_there = std::erase(owners_, owner) > 0;
    if (owners_.empty() && waiting_.is_open())
      waiting_.want(0);
    return was_there;
  }

private:
  void take() {
    auto connection = owners_.empty() ? unique_fd{} : door_->connect(waiting_.get());
    if (!connection)
      return;
    auto owner = std::move(owners_.front());
    owners_.pop_front();
    if (owners_.empty())
      waiting_.want(0); // the next that dials waits in the socket's queue
    auto c = std::make_shared<dialled_in>(home_, std::move(connection), owner);
    c->start();
    child_ptr handle{c.get(), [c](child*) { c->signal(0); }};
    caf::anon_send(owner, atom::spawned_v, launch_result{std::move(handle)});
  }

  loop& home_;
  std::filesystem::path path_;
  std::optional<worker_door> door_;
  descriptor waiting_;
  std::deque<worker_actor> owners_;
};

} // namespace

launcher_ptr make_external_launcher(loop& home, std::filesystem::path path) {
  return std::make_shared<external_launcher>(home, std::move(path));
}

} // namespace troupe
