#include "actors/basp/refusal.hpp"

#include <array>
#include <cstddef>

namespace troupe::basp {

namespace {

constexpr std::array<std::string_view, static_cast<size_t>(refusal::count_)> words = {
    "not_basp",          "frame_too_long",   "wrong_node",  "remote_spawn",
    "unexpected_frames", "too_many_senders", "not_reading", "tls_broken"};

static_assert(!words.back().empty(), "a word for each");

} // namespace

std::string_view name_of(refusal r) {
  auto i = static_cast<size_t>(r);
  return i < words.size() ? words[i] : std::string_view{"unknown"};
}

} // namespace troupe::basp
