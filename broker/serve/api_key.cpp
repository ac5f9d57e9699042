#include "broker/serve/api_key.hpp"

#include "protocol/base/api_key.hpp"

#include <sys/random.h>

#include <cstdlib>
#include <stdexcept>

namespace troupe::serve {

namespace {

std::string random_key() {
  static constexpr char digits[] = "0123456789abcdef";
  unsigned char bytes[24];
  if (::getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
    throw std::runtime_error{"no random bytes for an API key"};
  std::string key;
  for (auto b : bytes) {
    key += digits[b >> 4];
    key += digits[b & 15];
  }
  return key;
}

} // namespace

std::string choose_key(const config::http& http) {
  if (!http.api_key.empty())
    return http.api_key;
  auto from_environment = std::getenv("TROUPE_API_KEY");
  if (!from_environment || !*from_environment)
    return random_key();
  auto key = without_line_end(from_environment);
  if (!is_api_key(key))
    throw std::runtime_error{"TROUPE_API_KEY: " + std::string{api_key_form}};
  return key;
}

} // namespace troupe::serve
