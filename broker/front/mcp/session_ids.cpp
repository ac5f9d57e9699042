#include "broker/front/mcp/session_ids.hpp"

#include <cstdint>
#include <random>

namespace troupe::front::mcp {

namespace {

/// Digits of the random part, and of what is made of it.
constexpr size_t number_digits = 32;
constexpr size_t check_digits = 16;

void append_hex(std::string& out, uint64_t number, size_t digits) {
  for (auto i = digits; i-- > 0;)
    out += "0123456789abcdef"[number >> 4 * i & 15];
}

} // namespace

std::string session_ids::check_of(std::string_view number) const {
  // FNV-1a.
  uint64_t hash = 0xcbf29ce484222325;
  for (auto text : {std::string_view{"troupe mcp "}, std::string_view{front_}, number})
    for (auto c : text)
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  std::string check;
  append_hex(check, hash, check_digits);
  return check;
}

std::string session_ids::make() const {
  std::random_device random;
  std::string id;
  while (id.size() < number_digits)
    append_hex(id, random(), 8);
  return id + check_of(id);
}

bool session_ids::is_open(std::string_view id) const {
  if (id.size() != number_digits + check_digits
      || id.substr(number_digits) != check_of(id.substr(0, number_digits)))
    return false;
  std::lock_guard lock{mutex_};
  return !ended_.contains(id);
}

void session_ids::end(std::string_view id) {
  std::lock_guard lock{mutex_};
  if (!ended_.insert(std::string{id}).second)
    return;
  by_age_.emplace_back(id);
  if (by_age_.size() > most_ended) {
    ended_.erase(by_age_.front());
    by_age_.pop_front();
  }
}

} // namespace troupe::front::mcp
