#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace troupe::front::mcp {

/// The pages that may connect. A browser names the origin of a page in `Origin`; programs
/// that are no browsers send none.
class page_origins {
public:
  /// @param allowed In lower case.
  explicit page_origins(std::vector<std::string> allowed)
    : allowed_(std::move(allowed)) {}

  /// Returns whether a page of this origin may connect to the front at this address. The
  /// front's own pages may if the address has no name that others could point here
  /// (DNS rebinding).
  /// @param host As the client named it, with the port.
  bool allows(std::string_view origin, std::string_view scheme,
              std::string_view host) const;

private:
  std::vector<std::string> allowed_;
};

} // namespace troupe::front::mcp
