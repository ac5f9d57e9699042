#pragma once

#include "broker/client/node_wait.hpp"
#include "broker/client/trust.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/result.hpp"
#include "protocol/tls/channel.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace troupe::client {

/// A connection to a port of a host, in the clear or with TLS, which blocks as long as
/// `node_wait` has it. It fits the algorithms of Beast (SyncReadStream, SyncWriteStream).
class byte_stream {
public:
  using error_code = boost::system::error_code;

  /// @param wait Must outlive this.
  explicit byte_stream(node_wait& wait)
    : wait_(wait) {}
  byte_stream(const byte_stream&) = delete;
  byte_stream& operator=(const byte_stream&) = delete;
  ~byte_stream() { close(); }

  /// Connects, and shakes hands if there is TLS. The reason of a failure is for a person.
  /// @param secured Null: in the clear.
  /// @param question What a node answers at once in the clear.
  result<void, std::string> connect(const std::string& host, const std::string& port,
                                    const tls::context::ptr& secured, const trust& whom,
                                    const std::string& question);

  /// Whether it stands, and nothing has come that was not read.
  bool is_silent();

  void close();

  /// Returns what TLS says of a read or a write that failed; empty if it says nothing.
  const std::string& tls_failure() const noexcept { return failure_; }

  template <class Buffers>
  size_t read_some(const Buffers& to, error_code& ec) {
    return tls_ ? decrypt_into(first_of(to), ec) : receive_into(first_of(to), ec);
  }
  template <class Buffers>
  size_t write_some(const Buffers& from, error_code& ec) {
    if (!tls_)
      return send_some(first_of(from), ec);
    // Beast hands a head over in many small parts, and each would be a record of TLS.
    std::string text(std::min(boost::asio::buffer_size(from), limits::read_chunk), '\0');
    boost::asio::buffer_copy(boost::asio::buffer(text), from);
    return encrypt(text, ec);
  }
  // Those that throw: Beast asks for them, and nobody calls them.
  template <class Buffers>
  size_t read_some(const Buffers& to) {
    return or_throw([&](error_code& ec) { return read_some(to, ec); });
  }
  template <class Buffers>
  size_t write_some(const Buffers& from) {
    return or_throw([&](error_code& ec) { return write_some(from, ec); });
  }

private:
  /// Returns the first buffer of several that is not empty.
  template <class Buffers>
  static auto first_of(const Buffers& all) {
    auto end = boost::asio::buffer_sequence_end(all);
    auto i = boost::asio::buffer_sequence_begin(all);
    using buffer = std::conditional_t<
        std::is_convertible_v<decltype(*i), boost::asio::mutable_buffer>,
        boost::asio::mutable_buffer, boost::asio::const_buffer>;
    for (; i != end; ++i)
      if (buffer one{*i}; one.size() > 0)
        return one;
    return buffer{};
  }

  template <class F>
  static size_t or_throw(F&& work) {
    error_code ec;
    auto n = work(ec);
    if (ec)
      throw boost::system::system_error{ec};
    return n;
  }

  /// Connects to the first address that lets it.
  result<void, std::string>
  open(const boost::asio::ip::tcp::resolver::results_type& addresses);
  void open(const boost::asio::ip::tcp::endpoint& address, error_code& ec);
  /// Waits for the socket; fails where the node is given up.
  void await(short events, error_code& ec);
  size_t receive_into(boost::asio::mutable_buffer to, error_code& ec);
  size_t send_some(boost::asio::const_buffer from, error_code& ec);
  size_t decrypt_into(boost::asio::mutable_buffer to, error_code& ec);
  size_t encrypt(std::string_view plain, error_code& ec);
  result<void, std::string> shake_hands(const std::string& host, const trust& whom);
  /// Learns where the node can be asked whether it lives.
  void find_door(const std::string& question);
  /// Sends what is encrypted.
  void send_pending(error_code& ec);
  /// Waits for encrypted bytes; the end of them is one too.
  void receive(error_code& ec);

  node_wait& wait_;
  /// Nothing before it is connected.
  std::optional<node_door> door_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  /// Nothing where the connection is in the clear.
  std::optional<tls::channel> tls_;
  /// Decrypted, and not read yet.
  std::string plain_;
  std::string failure_;
};

} // namespace troupe::client
