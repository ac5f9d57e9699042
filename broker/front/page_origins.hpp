#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::front {

/// By which names a front knows itself in the origins of pages.
enum class own_host : uint8_t {
  /// An address, or `localhost`. A name does not count: others could point one here (DNS
  /// rebinding).
  address,
  /// Any that the client used. For a front that has every page show a key.
  any,
};

/// The pages that may connect. A browser names the origin of a page in `Origin`; programs
/// that are no browsers send none.
class page_origins {
public:
  /// @param allowed In lower case.
  explicit page_origins(std::vector<std::string> allowed = {},
                        own_host own = own_host::address)
    : allowed_(std::move(allowed))
    , own_(own) {}

  /// Returns whether a page of this origin may connect to the front at this address: one
  /// of those that are allowed, or a page of the front itself.
  /// @param host As the client named it, with the port unless that is the scheme's own.
  bool allows(std::string_view origin, std::string_view scheme,
              std::string_view host) const;

private:
  std::vector<std::string> allowed_;
  own_host own_;
};

} // namespace troupe::front
