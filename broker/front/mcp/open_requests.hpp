#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace troupe::front::mcp {

/// The requests whose calls are open, of all connections of one front at this node. Safe
/// to use from several threads.
class open_requests {
  using table = std::multimap<std::string, std::function<void()>, std::less<>>;

public:
  /// Keeps a request in the table.
  class registration {
  public:
    /// @param name As `call_name` returns it.
    /// @param cancel Takes its call back; called on any thread.
    registration(open_requests& all, std::string name, std::function<void()> cancel);
    registration(const registration&) = delete;
    registration& operator=(const registration&) = delete;
    ~registration();

  private:
    open_requests& all_;
    table::iterator place_;
  };

  /// Takes the calls with this name back. Returns whether there is one.
  bool cancel(std::string_view name);

private:
  std::mutex mutex_;
  table table_;
};

} // namespace troupe::front::mcp
