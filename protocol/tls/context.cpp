#include "protocol/tls/context.hpp"

#include "protocol/tls/explain.hpp"
#include "protocol/tls/native.hpp"
#include "protocol/tls/pem.hpp"

#include <new>

namespace troupe::tls {

namespace {

using std::filesystem::path;

/// A failure is a sentence for a person.
using outcome = result<void, std::string>;

/// Returns the failure of a call of OpenSSL about `file`.
tl::unexpected<std::string> wrong(const path& file) {
  return failure(file.string() + ": " + take_words());
}

/// Shows `own` to the peers of `ctx`.
outcome show(SSL_CTX* ctx, const identity& own) {
  auto chain = read_certificates(own.certificate);
  if (!chain)
    return failure(std::move(chain).error());
  auto key = read_key(own.key);
  if (!key)
    return failure(std::move(key).error());
  auto leaf = chain->front().get();
  if (X509_check_private_key(leaf, key->get()) != 1) {
    take_words();
    return failure(own.key.string() + ": the key does not fit the certificate "
                   + own.certificate.string());
  }
  if (SSL_CTX_use_certificate(ctx, leaf) != 1)
    return wrong(own.certificate);
  for (size_t i = 1; i < chain->size(); ++i)
    if (SSL_CTX_add1_chain_cert(ctx, (*chain)[i].get()) != 1)
      return wrong(own.certificate);
  if (SSL_CTX_use_PrivateKey(ctx, key->get()) != 1)
    return wrong(own.key);
  return {};
}

/// Trusts the authorities in `ca`, and tells a peer that is asked for a certificate whose
/// would do.
outcome trust(SSL_CTX* ctx, const path& ca) {
  auto authorities = read_certificates(ca);
  if (!authorities)
    return failure(std::move(authorities).error());
  for (auto& one : *authorities)
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx), one.get()) != 1
        || SSL_CTX_add_client_CA(ctx, one.get()) != 1)
      return wrong(ca);
  return {};
}

ssl_ctx_ptr make_handle(const SSL_METHOD* method, oldest_version oldest) {
  ssl_ctx_ptr handle{SSL_CTX_new(method)};
  auto version = oldest == oldest_version::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
  if (!handle || SSL_CTX_set_min_proto_version(handle.get(), version) != 1)
    throw std::bad_alloc{};
  // Sessions are never resumed: a certificate is looked at each time. And nobody makes us
  // calculate a new key exchange as often as he likes.
  SSL_CTX_set_session_cache_mode(handle.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(handle.get(), 0);
  SSL_CTX_set_options(handle.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  // An idle connection has no buffers.
  SSL_CTX_set_mode(handle.get(), SSL_MODE_RELEASE_BUFFERS);
  return handle;
}

result<context::ptr, std::string> finish(ssl_ctx_ptr handle, const outcome& prepared) {
  if (!prepared)
    return failure(prepared.error());
  auto of = std::make_unique<context::native>();
  of->handle = std::move(handle);
  return std::make_shared<const context>(std::move(of));
}

} // namespace

context::context(std::unique_ptr<native> of)
  : native_(std::move(of)) {}

context::~context() = default;

result<context::ptr, std::string>
context::for_server(const identity& own, const std::optional<path>& client_ca,
                    oldest_version oldest) {
  auto handle = make_handle(TLS_server_method(), oldest);
  auto prepared = show(handle.get(), own);
  if (prepared && client_ca) {
    prepared = trust(handle.get(), *client_ca);
    SSL_CTX_set_verify(handle.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
  }
  return finish(std::move(handle), prepared);
}

result<context::ptr, std::string> context::for_client(const std::optional<path>& ca,
                                                      const std::optional<identity>& own,
                                                      oldest_version oldest) {
  auto handle = make_handle(TLS_client_method(), oldest);
  SSL_CTX_set_verify(handle.get(), SSL_VERIFY_PEER, nullptr);
  outcome prepared;
  if (ca)
    prepared = trust(handle.get(), *ca);
  else if (SSL_CTX_set_default_verify_paths(handle.get()) != 1)
    prepared = failure("the authorities that the system trusts: " + take_words());
  if (prepared && own)
    prepared = show(handle.get(), *own);
  return finish(std::move(handle), prepared);
}

} // namespace troupe::tls
