#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Headers that are for the next neighbour alone, and do not pass a front.
namespace troupe::front::web {

/// Returns whether two names of headers are the same.
bool is_same_header(std::string_view a, std::string_view b) noexcept;

/// Knows which headers of one message are for the neighbour: those that HTTP names, and
/// those that its `Connection` names.
class neighbour_headers {
public:
  /// Notes what a `Connection` header names.
  /// @param value Must outlive this.
  void add_connection(std::string_view value);

  bool contains(std::string_view name) const noexcept;

private:
  std::vector<std::string_view> named_;
};

} // namespace troupe::front::web
