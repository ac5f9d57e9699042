#pragma once

#include "actors/outbound/client_stream.hpp"
#include "actors/outbound/http_answer_reader.hpp"
#include "actors/outbound/http_sender.hpp"
#include "actors/outbound/resolver.hpp"
#include "protocol/base/http_url.hpp"
#include "protocol/tls/context.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace troupe::outbound {

/// Where requests go, and what stands in each.
struct http_destination {
  http_url url;
  /// Headers beside those that HTTP itself needs: names and values.
  std::vector<std::pair<std::string, std::string>> headers = {};
  /// For https; null otherwise.
  tls::context::ptr secured = {};
};

/// A client of HTTP on a loop. It keeps its connection for the next request, if the
/// server does so, too. It has no time limit: whoever waits too long calls `abandon`. For
/// the loop's thread only.
class http_client final : public http_sender {
public:
  http_client(loop::event_loop& home, http_destination to);
  ~http_client() override;
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;

  void post(std::string body, answer_handler then) override;
  void abandon() override;

private:
  void connect();
  void resolved(result<resolver::addresses, std::string> all);
  void try_next();
  void begin();
  void on_ready();
  /// The stream has ended or failed.
  void lost(std::string why);
  void read(std::string_view bytes);
  void finish(result<http_answer, std::string> what);
  void close();

  loop::event_loop& home_;
  http_destination to_;
  /// All of the requests but their length and their body.
  std::string head_;
  resolver resolver_;
  resolver::addresses addresses_;
  size_t next_ = 0;
  /// Of the addresses, the one to begin with: another one after a failure.
  size_t first_ = 0;
  std::unique_ptr<client_stream> stream_;
  /// Whether the connection has carried a request before.
  bool is_used_ = false;
  std::optional<http_answer_reader> reader_;
  std::string body_;
  answer_handler then_;
  /// Why the last address did not work.
  std::string last_;
  /// Of what the loop is given to do for this.
  std::shared_ptr<http_client*> self_;
};

} // namespace troupe::outbound
