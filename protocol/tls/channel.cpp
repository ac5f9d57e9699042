#include "protocol/tls/channel.hpp"

#include "protocol/tls/explain.hpp"
#include "protocol/tls/native.hpp"
#include "protocol/tls/string_bio.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <new>
#include <utility>

namespace troupe::tls {

namespace {

using names_ptr = std::unique_ptr<GENERAL_NAMES, freed_by<GENERAL_NAMES_free>>;

/// Bytes of the longest record of TLS, without what encryption adds; and more than that.
constexpr size_t longest_record = 16 * 1024;
constexpr size_t record_overhead = 64;

void expect_host(SSL* ssl, const std::string& host) {
  auto expected = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
                                                | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  // An address stands in a list of its own, and is not asked for by name (RFC 6066, 3).
  if (X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()) == 1)
    return;
  ERR_clear_error();
  if (X509_VERIFY_PARAM_set1_host(expected, host.data(), host.size()) != 1
      || SSL_set_tlsext_host_name(ssl, host.c_str()) != 1)
    throw std::bad_alloc{};
}

} // namespace

/// Stays where it is: the BIO points into it.
struct channel::native {
  explicit native(const context& shared)
    : ssl(SSL_new(shared.get().handle.get())) {
    auto bio = ssl ? new_string_bio(buffers) : nullptr;
    if (!bio)
      throw std::bad_alloc{};
    SSL_set_bio(ssl.get(), bio, bio); // owns the one reference, for both ways
  }

  bool has_failed() const noexcept { return error.what != flaw::none; }

  /// Returns what the failure of a call of OpenSSL means.
  progress stopped() {
    switch (SSL_get_error(ssl.get(), 0)) {
      case SSL_ERROR_WANT_READ:
        return progress::wants_input;
      case SSL_ERROR_ZERO_RETURN:
        return progress::closed;
      default:
        error = explain(*ssl);
        return progress::failed;
    }
  }

  cipher_buffers buffers;
  ssl_ptr ssl;
  channel_error error;
};

channel::channel(std::unique_ptr<native> of)
  : native_(std::move(of)) {}

channel::channel(channel&&) noexcept = default;
channel& channel::operator=(channel&&) noexcept = default;
channel::~channel() = default;

channel channel::server(context::ptr shared) {
  auto of = std::make_unique<native>(*shared);
  SSL_set_accept_state(of->ssl.get());
  return channel{std::move(of)};
}

channel channel::client(context::ptr shared, const std::string& host_name) {
  auto of = std::make_unique<native>(*shared);
  SSL_set_connect_state(of->ssl.get());
  if (!host_name.empty())
    expect_host(of->ssl.get(), host_name);
  return channel{std::move(of)};
}

void channel::feed(std::string_view cipher) {
  native_->buffers.feed(cipher);
}

void channel::feed_end() {
  native_->buffers.in_ended = true;
}

progress channel::handshake() {
  auto& n = *native_;
  if (n.has_failed())
    return progress::failed;
  ERR_clear_error();
  if (SSL_do_handshake(n.ssl.get()) == 1)
    return progress::done;
  auto state = n.stopped();
  if (state != progress::closed)
    return state;
  n.error = {flaw::truncated, found_by::us, "closed during the handshake"};
  return progress::failed;
}

progress channel::read(std::string& plain) {
  auto& n = *native_;
  if (n.has_failed())
    return progress::failed;
  std::array<char, longest_record> record;
  ERR_clear_error();
  size_t size = 0;
  while (SSL_read_ex(n.ssl.get(), record.data(), record.size(), &size) == 1)
    plain.append(record.data(), size);
  return n.stopped();
}

bool channel::write(std::string_view plain) {
  auto& n = *native_;
  if (n.has_failed())
    return false;
  if (plain.empty())
    return true;
  // Growing record by record would copy what is large several times.
  auto records = plain.size() / longest_record + 1;
  n.buffers.out.reserve(n.buffers.out.size() + plain.size() + records * record_overhead);
  ERR_clear_error();
  size_t written = 0;
  if (SSL_write_ex(n.ssl.get(), plain.data(), plain.size(), &written) == 1)
    return true; // all of it: the output takes whatever comes
  n.error = explain(*n.ssl);
  return false;
}

void channel::close_notify() {
  if (native_->has_failed())
    return;
  ERR_clear_error();
  SSL_shutdown(native_->ssl.get());
  ERR_clear_error();
}

std::string& channel::pending_output() noexcept {
  return native_->buffers.out;
}

const std::string& channel::pending_output() const noexcept {
  return native_->buffers.out;
}

std::string channel::take_output() {
  return std::exchange(native_->buffers.out, {});
}

const channel_error& channel::error() const noexcept {
  return native_->error;
}

std::vector<std::string> channel::peer_names() const {
  std::vector<std::string> found;
  auto certificate = SSL_get0_peer_certificate(native_->ssl.get());
  if (!certificate || !SSL_is_init_finished(native_->ssl.get()))
    return found;
  names_ptr names{static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    auto one = sk_GENERAL_NAME_value(names.get(), i);
    if (one->type != GEN_DNS)
      continue;
    auto text = one->d.dNSName;
    // By its length: a NUL in a name must not cut it down to somebody else's.
    found.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                       static_cast<size_t>(ASN1_STRING_length(text)));
  }
  return found;
}

} // namespace troupe::tls
