#include "broker/front/web/static_handler.hpp"

#include <utility>

namespace troupe::front::web {

namespace {

/// Answers with a file that was found.
class file_task : public web_task {
public:
  explicit file_task(file_answer found)
    : found_(std::move(found)) {}

  /// Requests for files have no body that means anything.
  result<> take_body(std::string_view) override { return {}; }

  void begin(const web_request&, web_answer& answer) override {
    answer.send_file({found_.status, std::move(found_.headers)},
                     {std::move(found_.file), found_.offset, found_.length});
  }

private:
  file_answer found_;
};

} // namespace

std::unique_ptr<web_task> static_handler::take(const web_request& request) {
  auto if_match = http::list_value(request.fields, "If-Match");
  auto if_none_match = http::list_value(request.fields, "If-None-Match");
  auto found = files_.find({.method = request.method(),
                            .target = request.path(),
                            .if_match = if_match,
                            .if_none_match = if_none_match,
                            .if_modified_since = request.header("If-Modified-Since"),
                            .if_unmodified_since = request.header("If-Unmodified-Since"),
                            .if_range = request.header("If-Range"),
                            .range = request.only_header("Range")});
  return found ? std::make_unique<file_task>(*std::move(found)) : nullptr;
}

} // namespace troupe::front::web
