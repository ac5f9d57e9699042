#pragma once

#include "actors/loop/loop.hpp"
#include "actors/outbound/tcp_address.hpp"
#include "protocol/base/result.hpp"
#include "protocol/config/listen.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace troupe::outbound {

/// Looks up the addresses of hosts. The system's function for that waits for servers
/// elsewhere, for seconds if one is gone: it runs on threads of its own. For the loop's
/// thread only.
class resolver {
public:
  using addresses = std::vector<tcp_address>;
  /// Takes at least one address, or the system's words.
  using answer = std::function<void(result<addresses, std::string>)>;

  explicit resolver(loop::event_loop& home);
  /// Answers that have not come do not come.
  ~resolver();
  resolver(const resolver&) = delete;
  resolver& operator=(const resolver&) = delete;

  /// Calls `then` in a later turn of the loop.
  void resolve(const config::listen_address& where, answer then);

private:
  struct request {
    config::listen_address where;
    answer then;
  };

  /// What the threads, which may outlive this, know of it.
  struct link {
    std::mutex mutex;
    /// Null once nobody waits any more.
    loop::event_loop* home = nullptr;
  };

  void begin(const config::listen_address& where, const answer& then);
  /// Hands an answer to the loop, on any thread.
  static void deliver(link& to, const std::weak_ptr<resolver*>& self, const answer& then,
                      result<addresses, std::string> found);
  void finish(const answer& then, result<addresses, std::string> found);

  std::shared_ptr<link> link_ = std::make_shared<link>();
  /// Of all that the loop is given to do for this.
  std::shared_ptr<resolver*> self_ = std::make_shared<resolver*>(this);
  size_t under_way_ = 0;
  std::deque<request> waiting_;
};

} // namespace troupe::outbound
