#pragma once

#include <openssl/bio.h>

#include <string>
#include <string_view>

namespace troupe::tls {

/// The encrypted bytes of a connection on their way.
struct cipher_buffers {
  /// Takes bytes of the peer.
  void feed(std::string_view bytes);

  std::string in;
  /// How much of `in` OpenSSL has read.
  size_t taken = 0;
  /// Whether nothing comes after `in`.
  bool in_ended = false;
  std::string out;
};

/// Returns a new BIO that reads from `buffers.in` and appends to `buffers.out`, or
/// nullptr if there is no memory. The caller owns it; `buffers` must outlive it and stay
/// where they are.
BIO* new_string_bio(cipher_buffers& buffers);

} // namespace troupe::tls
