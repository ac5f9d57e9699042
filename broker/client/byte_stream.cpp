#include "broker/client/byte_stream.hpp"

#include "broker/client/tls_reason.hpp"

#include <boost/asio/error.hpp>

#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <vector>

namespace troupe::client {

namespace asio = boost::asio;

namespace {

/// Has the kernel ask the other side: after 10 s of silence, and 4 times more.
void keep_alive(int fd) {
  auto set = [fd](int level, int name, int value) {
    ::setsockopt(fd, level, name, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 10);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set(IPPROTO_TCP, TCP_KEEPCNT, 4);
}

} // namespace

result<void, std::string> byte_stream::connect(const std::string& host,
                                               const std::string& port,
                                               const tls::context::ptr& secured,
                                               const trust& whom,
                                               const std::string& question) {
  close();
  error_code ec;
  asio::ip::tcp::resolver resolver{io_};
  auto found = resolver.resolve(host, port, ec);
  if (ec)
    return failure(ec.message());
  if (auto opened = open(found); !opened)
    return opened;
  socket_.set_option(asio::ip::tcp::no_delay{true}, ec);
  // A machine that has lost its power breaks no connection, and may answer a question as
  // another run of the node. With the kernel's times: two hours.
  keep_alive(socket_.native_handle());
  if (!secured) {
    find_door(question);
    return {};
  }
  // To the first words of a handshake it answers without a key or a certificate.
  auto first_words = tls::channel::client(secured, host);
  first_words.handshake();
  find_door(first_words.take_output());
  tls_.emplace(tls::channel::client(secured, host));
  auto shaken = shake_hands(host, whom);
  if (!shaken)
    close();
  return shaken;
}

result<void, std::string>
byte_stream::open(const asio::ip::tcp::resolver::results_type& addresses) {
  error_code ec = asio::error::host_not_found;
  for (auto& one : addresses) {
    open(one.endpoint(), ec);
    if (!ec)
      return {};
    close();
    if (!wait_.reason().empty())
      return failure(wait_.reason());
  }
  return failure(ec.message());
}

void byte_stream::open(const asio::ip::tcp::endpoint& address, error_code& ec) {
  socket_.open(address.protocol(), ec);
  if (!ec)
    socket_.non_blocking(true, ec);
  // That of Asio waits without end.
  auto size = static_cast<socklen_t>(address.size());
  if (ec || ::connect(socket_.native_handle(), address.data(), size) == 0)
    return;
  if (errno == EINPROGRESS)
    await(POLLOUT, ec);
  else
    ec.assign(errno, boost::system::system_category());
  int why = 0;
  size = sizeof why;
  if (!ec && ::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_ERROR, &why, &size) == 0
      && why != 0)
    ec.assign(why, boost::system::system_category());
}

void byte_stream::find_door(const std::string& question) {
  node_door door{.size = sizeof door.address, .question = question};
  if (::getpeername(socket_.native_handle(), reinterpret_cast<sockaddr*>(&door.address),
                    &door.size)
      == 0)
    door_ = std::move(door);
}

void byte_stream::await(short events, error_code& ec) {
  if (!wait_.until_ready(socket_.native_handle(), events, door_ ? &*door_ : nullptr))
    ec = asio::error::timed_out;
}

size_t byte_stream::receive_into(asio::mutable_buffer to, error_code& ec) {
  for (;;) {
    ec = {};
    await(POLLIN, ec);
    auto n = ec ? 0 : socket_.read_some(asio::buffer(to), ec);
    if (ec != asio::error::would_block)
      return n;
  }
}

size_t byte_stream::send_some(asio::const_buffer from, error_code& ec) {
  for (;;) {
    auto n = socket_.write_some(asio::buffer(from), ec);
    if (ec != asio::error::would_block)
      return n;
    ec = {};
    await(POLLOUT, ec);
    if (ec)
      return 0;
  }
}

result<void, std::string> byte_stream::shake_hands(const std::string& host,
                                                   const trust& whom) {
  error_code ec;
  for (;;) {
    auto state = tls_->handshake();
    error_code unsent; // a peer that is gone may still have said why
    send_pending(unsent);
    if (state == tls::progress::done)
      return {};
    if (state == tls::progress::failed)
      return failure(describe(tls_->error(), host, whom));
    if (ec)
      return failure(wait_.reason().empty() ? ec.message() : wait_.reason());
    receive(ec);
  }
}

bool byte_stream::is_silent() {
  if (!socket_.is_open() || !plain_.empty())
    return false;
  pollfd p{socket_.native_handle(), POLLIN, 0};
  if (::poll(&p, 1, 0) == 0)
    return true;
  if (!tls_)
    return false;
  // Below the bytes of HTTP, TLS has a talk of its own.
  error_code ec;
  receive(ec);
  return !ec && tls_->read(plain_) == tls::progress::wants_input && plain_.empty();
}

void byte_stream::close() {
  error_code ignored;
  if (tls_ && socket_.is_open()) {
    tls_->close_notify();
    // What a node does not take at once is not waited for.
    socket_.write_some(asio::buffer(tls_->pending_output()), ignored);
  }
  socket_.close(ignored);
  door_.reset();
  tls_.reset();
  plain_.clear();
  failure_.clear();
}

size_t byte_stream::decrypt_into(asio::mutable_buffer to, error_code& ec) {
  ec = {};
  while (plain_.empty()) {
    auto state = tls_->read(plain_);
    error_code ignored;
    send_pending(ignored);
    if (!plain_.empty())
      break;
    if (state == tls::progress::closed) {
      ec = asio::error::eof;
    } else if (state == tls::progress::failed) {
      failure_ = describe(tls_->error(), {}, {});
      ec = asio::error::connection_aborted;
    } else {
      receive(ec);
    }
    if (ec)
      return 0;
  }
  auto n = std::min(to.size(), plain_.size());
  plain_.copy(static_cast<char*>(to.data()), n);
  plain_.erase(0, n);
  return n;
}

size_t byte_stream::encrypt(std::string_view plain, error_code& ec) {
  ec = {};
  if (!tls_->write(plain)) {
    failure_ = describe(tls_->error(), {}, {});
    ec = asio::error::connection_aborted;
    return 0;
  }
  send_pending(ec);
  return ec ? 0 : plain.size();
}

void byte_stream::send_pending(error_code& ec) {
  auto& cipher = tls_->pending_output();
  std::string_view rest = cipher;
  while (!rest.empty() && !ec)
    rest.remove_prefix(send_some(asio::buffer(rest), ec));
  cipher.clear();
}

void byte_stream::receive(error_code& ec) {
  std::vector<char> space(limits::read_chunk);
  auto n = receive_into(asio::buffer(space), ec);
  if (ec == asio::error::eof) {
    ec = {};
    tls_->feed_end();
  } else if (!ec) {
    tls_->feed({space.data(), n});
  }
}

} // namespace troupe::client
