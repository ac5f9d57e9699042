#include "actors/os/external_child.hpp"

#include "actors/loop/flushable.hpp"
#include "actors/os/acceptor.hpp"
#include "actors/os/exit_status.hpp"
#include "protocol/base/limits.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>

namespace troupe::os {

namespace {

pid_t peer_of(int socket) {
  ucred who{};
  socklen_t size = sizeof who;
  return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) == 0 ? who.pid : -1;
}

/// A process that came by itself, as far as its connection tells of it.
class external_child : public child,
                       public loop::flushable,
                       public std::enable_shared_from_this<external_child> {
public:
  external_child(loop::event_loop& loop, loop::unique_fd socket, child_owner_ptr owner)
    : loop::flushable(turn_order::child)
    , loop_(loop)
    , pid_(peer_of(socket.get()))
    , socket_(loop, std::move(socket))
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
  void commit() override { loop_.flush_later(shared_from_this()); }

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
      owner_->written();
    if (closing_input_ && outbox_.empty() && socket_.is_open())
      ::shutdown(socket_.get(), SHUT_WR);
  }

private:
  void want() {
    if (socket_.is_open())
      socket_.want((reading_ ? EPOLLIN : 0U) | (outbox_.empty() ? 0U : EPOLLOUT));
  }

  void read() {
    auto space = loop_.scratch();
    auto n = ::recv(socket_.get(), space.data(), space.size(), MSG_DONTWAIT);
    if (n > 0) {
      ++untaken_;
      owner_->output(0, shared_bytes{std::string{space.data(), static_cast<size_t>(n)}});
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      end();
    }
  }

  void end() {
    if (!owner_)
      return;
    auto owner = std::exchange(owner_, nullptr);
    outbox_.clear();
    owner->ended(disconnected{});
    socket_.close(); // may be the last that keeps this alive
  }

  loop::event_loop& loop_;
  pid_t pid_;
  loop::descriptor socket_;
  child_owner_ptr owner_;
  std::string outbox_;
  /// Pieces of output that the owner got and has not handled yet.
  uint64_t untaken_ = 0;
  bool reading_ = true;
  bool reports_writes_ = false;
  bool closing_input_ = false;
};

class external_launcher : public launcher {
public:
  external_launcher(loop::event_loop& loop, std::filesystem::path path)
    : loop_(loop)
    , path_(std::move(path))
    , waiting_(loop, {}) {}

  void launch(spawn_spec spec, child_owner_ptr owner) override {
    if (!acceptor_) {
      spec.talks = channel::unix_socket;
      spec.socket_path = path_;
      auto open = acceptor::open(spec, {user_of(spec)});
      if (!open) {
        owner->spawned(failure(code::spawn_failed, std::move(open).error()));
        return;
      }
      acceptor_.emplace(*std::move(open));
      waiting_.open(acceptor_->take_descriptor());
      waiting_.watch(0, [this](uint32_t) { take(); });
    }
    owners_.push_back(std::move(owner));
    waiting_.want(EPOLLIN);
  }

  bool withdraw(const child_owner_ptr& owner) override {
    auto was_there = std::erase(owners_, owner) > 0;
    if (owners_.empty() && waiting_.is_open())
      waiting_.want(0);
    return was_there;
  }

private:
  void take() {
    auto connection =
        owners_.empty() ? loop::unique_fd{} : acceptor_->connect(waiting_.get());
    if (!connection)
      return;
    auto owner = std::move(owners_.front());
    owners_.pop_front();
    if (owners_.empty())
      waiting_.want(0); // the next that dials waits in the socket's queue
    auto c = std::make_shared<external_child>(loop_, std::move(connection), owner);
    c->start();
    child_ptr handle{c.get(), [c](child*) { c->signal(0); }};
    owner->spawned(std::move(handle));
  }

  loop::event_loop& loop_;
  std::filesystem::path path_;
  std::optional<acceptor> acceptor_;
  loop::descriptor waiting_;
  std::deque<child_owner_ptr> owners_;
};

} // namespace

launcher_ptr make_external_launcher(loop::event_loop& loop, std::filesystem::path path) {
  return std::make_shared<external_launcher>(loop, std::move(path));
}

} // namespace troupe::os
