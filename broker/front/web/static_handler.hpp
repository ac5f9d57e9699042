#pragma once

#include "broker/front/web/static_files.hpp"
#include "broker/front/web/web_task.hpp"

namespace troupe::front::web {

/// Answers requests for files of a folder. Which those are is known by `static_files`.
class static_handler : public web_handler {
public:
  explicit static_handler(static_files files)
    : files_(std::move(files)) {}

  std::unique_ptr<web_task> take(const web_request& request) override;

private:
  static_files files_;
};

} // namespace troupe::front::web
