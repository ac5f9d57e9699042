#include "protocol/hello/refusal.hpp"

#include <algorithm>
#include <array>

namespace troupe::hello {

namespace {

/// In the order of the enumeration.
constexpr auto words = std::to_array<std::string_view>({
    "no_certificate",
    "foreign_certificate",
    "expired_certificate",
    "bad_certificate",
    "wrong_name",
    "no_hello",
    "not_hello",
    "hello_too_long",
    "other_cluster",
    "name_taken",
    "own_name",
    "dialled_itself",
    "id_taken",
    "version_mismatch",
    "beats_differ",
    "too_many",
    "already_connected",
    "frame_too_long",
    "remote_spawn",
    "refused",
    "unknown_host",
    "unreachable",
});
static_assert(words.size() == static_cast<size_t>(reason::count_));

} // namespace

std::string_view name_of(reason r) {
  return words[static_cast<size_t>(r < reason::count_ ? r : reason::refused)];
}

reason reason_from_name(std::string_view word) {
  auto found = std::find(words.begin(), words.end(), word);
  return found == words.end() ? reason::refused
                              : static_cast<reason>(found - words.begin());
}

} // namespace troupe::hello
