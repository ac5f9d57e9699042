#pragma once

#include "protocol/base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

/// TLS as bytes in and bytes out: who owns the descriptor moves the bytes.
namespace troupe::tls {

/// What one end shows of itself: PEM files.
struct identity {
  /// The certificate, and after it those that lead to the authority.
  std::filesystem::path certificate;
  /// Without a passphrase: a node starts unattended.
  std::filesystem::path key;

  bool operator==(const identity&) const = default;
};

/// The oldest version that is spoken. Between nodes that is 1.3; clients of HTTP may be
/// older.
enum class oldest_version : uint8_t { tls_1_2, tls_1_3 };

/// The certificates of one end, and whom it trusts. Immutable: connections and threads
/// share one. New files need a new one.
class context {
public:
  using ptr = std::shared_ptr<const context>;

  /// Reads the files of an end that is dialled. The reason of a failure is for a person:
  /// it names the file, and what is wrong with it.
  /// @param client_ca If set, who dials must show a certificate of this authority.
  static result<ptr, std::string>
  for_server(const identity& own, const std::optional<std::filesystem::path>& client_ca,
             oldest_version oldest);

  /// The same for an end that dials.
  /// @param ca Who must have signed the other end's certificate; none: the authorities
  /// that the system trusts.
  /// @param own If set, shown where the other end asks for a certificate.
  static result<ptr, std::string>
  for_client(const std::optional<std::filesystem::path>& ca,
             const std::optional<identity>& own, oldest_version oldest);

  /// What is kept of OpenSSL.
  struct native;

  explicit context(std::unique_ptr<native> of);
  ~context();

  const native& get() const noexcept { return *native_; }

private:
  std::unique_ptr<native> native_;
};

} // namespace troupe::tls
