#include "broker/client/byte_stream.hpp"

#include "broker/client/tls_reason.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include <poll.h>

#include <vector>

namespace troupe::client {

namespace asio = boost::asio;

result<void, std::string> byte_stream::connect(const std::string& host,
                                               const std::string& port,
                                               const tls::context::ptr& secured,
                                               const trust& whom) {
  close();
  error_code ec;
  asio::ip::tcp::resolver resolver{io_};
  auto found = resolver.resolve(host, port, ec);
  if (!ec)
    asio::connect(socket_, found, ec);
  if (ec)
    return failure(ec.message());
  socket_.set_option(asio::ip::tcp::no_delay{true}, ec);
  if (!secured)
    return {};
  tls_.emplace(tls::channel::client(secured, host));
  auto shaken = shake_hands(host, whom);
  if (!shaken)
    close();
  return shaken;
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
      return failure(ec.message());
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
    send_pending(ignored);
  }
  socket_.close(ignored);
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
  if (!cipher.empty())
    asio::write(socket_, asio::buffer(cipher), ec);
  cipher.clear();
}

void byte_stream::receive(error_code& ec) {
  std::vector<char> space(limits::read_chunk);
  auto n = socket_.read_some(asio::buffer(space), ec);
  if (ec == asio::error::eof) {
    ec = {};
    tls_->feed_end();
  } else if (!ec) {
    tls_->feed({space.data(), n});
  }
}

} // namespace troupe::client
