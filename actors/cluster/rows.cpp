#include "actors/cluster/rows.hpp"

namespace troupe::cluster {

namespace {

/// A text from this size on is written from where it is.
constexpr size_t long_enough = 4 * 1024;

/// A buffer of this size may be kept by any part of it.
constexpr size_t small_buffer = 32 * 1024;

constexpr unsigned bits_of_number = 64;

} // namespace

void row_writer::text(std::string_view x) {
  number(x.size());
  if (x.size() < long_enough) {
    copied_.append(x);
    return;
  }
  elsewhere_.push_back({copied_.size(), x});
  bytes_elsewhere_ += x.size();
}

uint64_t row_reader::number() {
  uint64_t x = 0;
  for (unsigned shift = 0; shift < bits_of_number && !rest_.empty(); shift += 7) {
    auto byte = static_cast<uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    x |= uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0)
      return x;
  }
  fail();
  return 0;
}

std::string_view row_reader::text() {
  auto size = number();
  if (size > rest_.size()) {
    fail();
    return {};
  }
  auto x = rest_.substr(0, size);
  rest_.remove_prefix(x.size());
  return x;
}

shared_bytes row_reader::shared_text() {
  auto x = text();
  if (x.empty())
    return {};
  if (all_.size() > small_buffer && x.size() < all_.size() / 2)
    return shared_bytes{std::string{x}};
  return all_.cut(x);
}

shared_bytes row_reader::shared_line() {
  auto x = shared_text();
  if (!fits_in_line(x.view()))
    fail();
  return has_failed() ? shared_bytes{} : x;
}

} // namespace troupe::cluster
