#pragma once

#include "protocol/tls/native.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

/// Certificates made by the test that uses them: no file in the repository expires.
namespace troupe::testing {

/// What a certificate says.
struct certificate_wish {
  std::vector<std::string> dns_names = {};
  std::vector<std::string> addresses = {};
  /// From now on, in seconds.
  long begins = -3600;
  long ends = 3600;
  /// As OpenSSL spells it, such as `clientAuth`; empty: good for anything.
  std::string usage = {};
};

/// A certificate and its key, as PEM texts.
struct issued {
  std::string certificate;
  std::string key;
};

/// Signs certificates. Two of one name are still two.
class authority {
public:
  explicit authority(const std::string& name = "Test CA")
    : key_(make_key())
    , certificate_(make(name, key_.get(), {.usage = "CA"})) {}

  issued issue(const certificate_wish& wish) const {
    auto key = make_key();
    auto certificate = make("leaf", key.get(), wish);
    return {pem_of(certificate.get()), pem_of(key.get())};
  }

  std::string certificate() const { return pem_of(certificate_.get()); }

private:
  using key_ptr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using x509_ptr = std::unique_ptr<X509, decltype(&X509_free)>;
  using bio_ptr = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

  static key_ptr make_key() { return {EVP_EC_gen("P-256"), &EVP_PKEY_free}; }

  static void extend(X509* x, X509* issuer, int what, const std::string& value) {
    X509V3_CTX ctx;
    X509V3_set_ctx_nodb(&ctx);
    X509V3_set_ctx(&ctx, issuer, x, nullptr, nullptr, 0);
    auto e = X509V3_EXT_conf_nid(nullptr, &ctx, what, value.c_str());
    X509_add_ext(x, e, -1);
    X509_EXTENSION_free(e);
  }

  x509_ptr make(const std::string& name, EVP_PKEY* key,
                const certificate_wish& wish) const {
    x509_ptr made{X509_new(), &X509_free};
    auto x = made.get();
    auto is_ca = wish.usage == "CA";
    static long serial = 0;
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(x), wish.begins);
    X509_gmtime_adj(X509_getm_notAfter(x), wish.ends);
    X509_set_pubkey(x, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1,
                               -1, 0);
    auto issuer = is_ca ? x : certificate_.get();
    X509_set_issuer_name(x, X509_get_subject_name(issuer));
    std::string names;
    for (auto& n : wish.dns_names)
      names += (names.empty() ? "DNS:" : ",DNS:") + n;
    for (auto& a : wish.addresses)
      names += (names.empty() ? "IP:" : ",IP:") + a;
    if (!names.empty())
      extend(x, issuer, NID_subject_alt_name, names);
    if (is_ca)
      extend(x, issuer, NID_basic_constraints, "critical,CA:TRUE");
    else if (!wish.usage.empty())
      extend(x, issuer, NID_ext_key_usage, wish.usage);
    X509_sign(x, is_ca ? key : key_.get(), EVP_sha256());
    return made;
  }

  static std::string text_of(BIO* bio) {
    char* data = nullptr;
    auto size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<size_t>(size)};
  }
  static std::string pem_of(X509* x) {
    bio_ptr out{BIO_new(BIO_s_mem()), &BIO_free_all};
    PEM_write_bio_X509(out.get(), x);
    return text_of(out.get());
  }
  static std::string pem_of(EVP_PKEY* key) {
    bio_ptr out{BIO_new(BIO_s_mem()), &BIO_free_all};
    PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(out.get());
  }

  key_ptr key_;
  x509_ptr certificate_;
};

/// Returns the context of an end that dials and does not look at its own certificate
/// first, which may be out of its time.
inline tls::context::ptr unchecked_context(const tls::identity& own,
                                           const std::filesystem::path& ca) {
  auto of = std::make_unique<tls::context::native>();
  of->handle.reset(SSL_CTX_new(TLS_client_method()));
  auto handle = of->handle.get();
  SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_use_certificate_chain_file(handle, own.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(handle, own.key.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_load_verify_file(handle, ca.c_str());
  return std::make_shared<const tls::context>(std::move(of));
}

/// A folder for the files of a test.
class certificate_folder {
public:
  certificate_folder()
    : path_((std::filesystem::temp_directory_path() / "troupe-tls.XXXXXX").string()) {
    if (!::mkdtemp(path_.data()))
      throw std::runtime_error{"mkdtemp"};
  }
  ~certificate_folder() {
    std::error_code ec;
    std::filesystem::remove_all(path_, ec);
  }
  certificate_folder(const certificate_folder&) = delete;
  certificate_folder& operator=(const certificate_folder&) = delete;

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    auto file = std::filesystem::path{path_} / name;
    std::ofstream{file} << text;
    return file;
  }
  tls::identity write(const std::string& name, const issued& what) const {
    auto key = write(name + ".key", what.key);
    std::filesystem::permissions(key, std::filesystem::perms::owner_read
                                          | std::filesystem::perms::owner_write);
    return {write(name + ".crt", what.certificate), key};
  }
  std::filesystem::path operator/(const std::string& name) const {
    return std::filesystem::path{path_} / name;
  }

private:
  std::string path_;
};

} // namespace troupe::testing
