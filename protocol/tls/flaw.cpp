#include "protocol/tls/flaw.hpp"

#include <array>

namespace troupe::tls {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(flaw::count_)> flaw_names = {
    "none",       "no_certificate",  "foreign_certificate", "expired_certificate",
    "wrong_name", "bad_certificate", "no_common_version",   "not_tls",
    "truncated",  "broken",
};
static_assert(!flaw_names.back().empty());

} // namespace

std::string_view name_of(flaw f) {
  return f < flaw::count_ ? flaw_names[static_cast<size_t>(f)] : "broken";
}

} // namespace troupe::tls
