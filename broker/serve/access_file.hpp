#pragma once

#include "broker/front/web/access_log.hpp"
#include "broker/serve/background_writer.hpp"

#include <filesystem>

namespace troupe::serve {

/// The access log of a web front in a file, in the common format. A disk that is slower
/// than the node loses lines, and delays no request. Thread-safe.
class access_file : public front::web::access_log {
public:
  /// @param path Where `file` was opened.
  access_file(loop::unique_fd file, std::filesystem::path path);

  void write(const front::web::access_record& record) override;

  /// Goes on in a new file, after another program has renamed the old one. If that cannot
  /// be opened, the log says so, and the old one stays.
  void reopen(spdlog::logger& log);

private:
  std::filesystem::path path_;
  background_writer writer_;
};

} // namespace troupe::serve
