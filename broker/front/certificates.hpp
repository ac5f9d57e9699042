#pragma once

#include "protocol/base/result.hpp"
#include "protocol/tls/context.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace troupe::front {

/// The files behind the certificates of a front.
struct certificate_files {
  tls::identity own;
  /// If set, clients must show a certificate of this authority.
  std::optional<std::filesystem::path> client_ca;
};

/// The certificates that clients which connect now are shown. Thread-safe.
class certificates {
public:
  /// Reads the files. The reason of a failure names the file.
  static result<std::shared_ptr<certificates>, std::string>
  load(const certificate_files& files);

  explicit certificates(tls::context::ptr first)
    : current_(std::move(first)) {}

  /// Reads the files, which may be others than before. Where one is not good, all stays
  /// as it is. Connections that stand keep what they began with.
  result<void, std::string> replace(const certificate_files& files);

  tls::context::ptr current() const;

private:
  mutable std::mutex mutex_;
  tls::context::ptr current_;
};

} // namespace troupe::front
