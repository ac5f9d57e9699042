#include "broker/serve/api_key.hpp"

#include "broker/serve/service_defaults.hpp"
#include "protocol/base/api_key.hpp"

#include <sys/random.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
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

/// Returns `text` less its line end.
/// @param where Where it was found.
std::string checked_key(const std::string& text, const std::string& where) {
  auto key = without_line_end(text);
  if (!is_api_key(key))
    throw std::runtime_error{where + ": " + std::string{api_key_form}};
  return key;
}

/// Returns the key in a file.
std::string read_key(const std::filesystem::path& file) {
  std::ifstream in{file};
  if (!in)
    throw std::runtime_error{"cannot read the API key in '" + file.string() + "'"};
  return checked_key({std::istreambuf_iterator<char>{in}, {}}, "'" + file.string() + "'");
}

} // namespace

std::string choose_key(const config::http& http) {
  if (!http.api_key.empty())
    return http.api_key;
  auto from_environment = std::getenv("TROUPE_API_KEY");
  if (from_environment && *from_environment)
    return checked_key(from_environment, "TROUPE_API_KEY");
  auto credential = credential_file();
  return credential.empty() ? random_key() : read_key(credential);
}

std::string choose_view_key(const config::http& http, const std::string& api_key) {
  auto key = http.view_key;
  if (auto from_environment = std::getenv("TROUPE_VIEW_KEY");
      key.empty() && from_environment && *from_environment)
    key = checked_key(from_environment, "TROUPE_VIEW_KEY");
  if (!key.empty() && key == api_key)
    throw std::runtime_error{"http.view_key, or TROUPE_VIEW_KEY: expected another key"
                             " than the API key, which may do everything"};
  return key;
}

} // namespace troupe::serve
