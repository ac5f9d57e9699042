#pragma once

#include "protocol/base/result.hpp"
#include "protocol/tls/native.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace troupe::tls {

/// Returns the certificates in the PEM file `path`, at least one, none of which is out of
/// its time. The reason of a failure is for a person, and begins with the file.
result<std::vector<x509_ptr>, std::string>
read_certificates(const std::filesystem::path& path);

/// Returns the private key in the PEM file `path`, likewise.
result<pkey_ptr, std::string> read_key(const std::filesystem::path& path);

} // namespace troupe::tls
