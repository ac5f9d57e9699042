#include "protocol/tls/string_bio.hpp"

#include <algorithm>
#include <memory>

namespace troupe::tls {

namespace {

cipher_buffers& buffers_of(BIO* bio) {
  return *static_cast<cipher_buffers*>(BIO_get_data(bio));
}

int read_string(BIO* bio, char* to, size_t most, size_t* count) {
  auto& b = buffers_of(bio);
  BIO_clear_retry_flags(bio);
  *count = std::min(most, b.in.size() - b.taken);
  if (*count == 0) {
    if (!b.in_ended)
      BIO_set_retry_read(bio);
    return 0;
  }
  b.in.copy(to, *count, b.taken);
  b.taken += *count;
  return 1;
}

int write_string(BIO* bio, const char* from, size_t size, size_t* count) {
  BIO_clear_retry_flags(bio);
  buffers_of(bio).out.append(from, size);
  *count = size;
  return 1;
}

long control(BIO* bio, int command, long, void*) {
  auto& b = buffers_of(bio);
  switch (command) {
    case BIO_CTRL_EOF:
      return b.in_ended && b.taken == b.in.size();
    case BIO_CTRL_FLUSH: // all has "left" once it is in `out`
      return 1;
    default:
      return 0;
  }
}

struct method_deleter {
  void operator()(BIO_METHOD* m) const noexcept { BIO_meth_free(m); }
};

using method_ptr = std::unique_ptr<BIO_METHOD, method_deleter>;

method_ptr make_method() {
  // One of OpenSSL's 128 numbers for kinds of BIO: hence one method for all.
  method_ptr m{BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "string")};
  if (!m || !BIO_meth_set_read_ex(m.get(), read_string)
      || !BIO_meth_set_write_ex(m.get(), write_string)
      || !BIO_meth_set_ctrl(m.get(), control))
    m.reset();
  return m;
}

} // namespace

void cipher_buffers::feed(std::string_view bytes) {
  in.erase(0, taken); // at most a part of a record is left
  taken = 0;
  in.append(bytes);
}

BIO* new_string_bio(cipher_buffers& buffers) {
  static const auto method = make_method();
  auto bio = method ? BIO_new(method.get()) : nullptr;
  if (!bio)
    return nullptr;
  BIO_set_data(bio, &buffers);
  BIO_set_init(bio, 1);
  return bio;
}

} // namespace troupe::tls
