#include "protocol/tls/pem.hpp"

#include "protocol/tls/explain.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace troupe::tls {

namespace {

using bio_ptr = std::unique_ptr<BIO, freed_by<BIO_free_all>>;

/// Returns a failure that names the file it is about.
tl::unexpected<std::string> wrong(const std::filesystem::path& path,
                                  const std::string& what) {
  return failure(path.string() + ": " + what);
}

/// Reads a whole file here, not by OpenSSL: so a file that cannot be read and a file with
/// other contents are told apart.
result<std::string, std::string> read_text(const std::filesystem::path& path) {
  std::error_code ec;
  if (std::filesystem::is_directory(path, ec))
    return wrong(path, "expected a file, and this is a folder");
  if (std::filesystem::is_fifo(path, ec)) // to open it may never end
    return wrong(path, "expected a file, and this is a pipe");
  errno = 0;
  std::ifstream in{path, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open())
    return wrong(path, std::string{"cannot be read: "} + std::strerror(errno));
  return text.str();
}

bio_ptr memory(const std::string& text) {
  return bio_ptr{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

/// Notes that a passphrase was asked for. Without it OpenSSL would ask the terminal.
int ask_nobody(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

/// Returns what is wrong with the times of a certificate, or an empty text.
std::string mistake_in_times(const X509& certificate) {
  if (X509_cmp_current_time(X509_get0_notAfter(&certificate)) < 0)
    return "the certificate has expired";
  if (X509_cmp_current_time(X509_get0_notBefore(&certificate)) > 0)
    return "the certificate is not valid yet";
  return {};
}

} // namespace

result<std::vector<x509_ptr>, std::string>
read_certificates(const std::filesystem::path& path) {
  auto text = read_text(path);
  if (!text)
    return failure(std::move(text).error());
  auto in = memory(*text);
  std::vector<x509_ptr> all;
  while (x509_ptr one{PEM_read_bio_X509_AUX(in.get(), nullptr, nullptr, nullptr)}) {
    if (auto mistake = mistake_in_times(*one); !mistake.empty())
      return wrong(path, mistake);
    all.push_back(std::move(one));
  }
  auto at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  auto words = take_words();
  if (!at_end)
    return wrong(path, "a certificate in it is damaged: " + words);
  if (all.empty())
    return wrong(path, "no certificate in PEM form is in it");
  return all;
}

result<pkey_ptr, std::string> read_key(const std::filesystem::path& path) {
  auto text = read_text(path);
  if (!text)
    return failure(std::move(text).error());
  auto has_passphrase = false;
  auto in = memory(*text);
  pkey_ptr key{PEM_read_bio_PrivateKey(in.get(), nullptr, ask_nobody, &has_passphrase)};
  auto words = take_words();
  if (key)
    return key;
  return wrong(path, has_passphrase ? "the key has a passphrase, which nobody could type"
                                    : "no private key in PEM form is in it: " + words);
}

} // namespace troupe::tls
