#pragma once

#include "actors/loop/unique_fd.hpp"
#include "broker/front/certificates.hpp"
#include "broker/front/listener.hpp"
#include "broker/front/web/static_files.hpp"
#include "broker/front/web/upload_folder.hpp"
#include "protocol/config/config.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace troupe::serve {

/// The resources of the system that a web front needs.
struct prepared_web {
  config::web config;
  /// The name of this node.
  std::string node;
  front::bound_socket socket;
  /// Null if it speaks in the clear.
  std::shared_ptr<front::certificates> certificates;
  /// Nothing if it serves none.
  std::optional<front::web::static_files> files;
  /// Null if no worker gets files of forms.
  std::shared_ptr<front::web::upload_folder> uploads;
  /// Empty if no file is written.
  std::filesystem::path access_path;
  /// The opened file at `access_path`.
  loop::unique_fd access_file;
};

/// Takes what a front of `config` needs. The reason of a failure names the key.
result<prepared_web, std::string> prepare_web(const config::web& web,
                                              const config::file& config,
                                              const std::filesystem::path& state_dir);

} // namespace troupe::serve
