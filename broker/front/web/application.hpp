#pragma once

#include "broker/front/web/upload_folder.hpp"
#include "broker/front/web/web_task.hpp"
#include "protocol/config/web.hpp"
#include "protocol/web/body_reader.hpp"

#include <spdlog/logger.h>

#include <memory>
#include <string>

namespace troupe::front::web {

/// Has the workers of a pool answer every request: each is a call of the kind `http`.
class application : public web_handler {
public:
  /// @param uploads Where the files of forms go.
  /// @param log Gets what clients are not told of calls that failed.
  application(const config::web& config, std::shared_ptr<upload_folder> uploads,
              std::shared_ptr<spdlog::logger> log);

  std::unique_ptr<web_task> take(const web_request& request) override;

private:
  /// For the tasks, which may outlive this.
  struct terms {
    std::string name;
    std::string pool;
    unsigned error_status;
    troupe::web::body_terms body;
    std::shared_ptr<upload_folder> uploads;
    std::shared_ptr<spdlog::logger> log;
  };
  class task;

  std::shared_ptr<const terms> terms_;
};

} // namespace troupe::front::web
