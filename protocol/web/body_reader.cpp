#include "protocol/web/body_reader.hpp"

#include "protocol/web/body_content.hpp"
#include "protocol/web/form_body.hpp"
#include "protocol/web/http_text.hpp"
#include "protocol/web/multipart_form.hpp"

namespace troupe::web {

namespace {

class plain_body : public body_content {
public:
  result<> feed(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }

  result<parsed_body> finish() override { return parsed_body{.body = std::move(bytes_)}; }

private:
  std::string bytes_;
};

class dropped_body : public body_content {
public:
  result<> feed(std::string_view) override { return {}; }
  result<parsed_body> finish() override { return parsed_body{}; }
};

class urlencoded_body : public body_content {
public:
  result<> feed(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }

  result<parsed_body> finish() override {
    auto tree = read_form_body(bytes_);
    if (!tree)
      return failure(std::move(tree.error()));
    return parsed_body{.parsed = true, .body = std::move(*tree)};
  }

private:
  std::string bytes_;
};

/// Stands for a body that cannot be read.
class refused_body : public body_content {
public:
  explicit refused_body(fault why)
    : why_(std::move(why)) {}

  result<> feed(std::string_view) override { return failure(why_); }
  result<parsed_body> finish() override { return failure(why_); }

private:
  fault why_;
};

std::unique_ptr<body_content> multipart_body(const parametrized_value& type,
                                             const body_terms& terms,
                                             upload_sink& files) {
  auto boundary = type.parameter("boundary");
  if (boundary && is_boundary(*boundary))
    return std::make_unique<multipart_form>(*boundary, terms, files);
  return std::make_unique<refused_body>(
      malformed("Content-Type: expected multipart/form-data with a boundary"));
}

std::unique_ptr<body_content> content_for(std::string_view method,
                                          std::string_view content_type,
                                          const body_terms& terms, upload_sink& files) {
  if (method == "HEAD" || method == "OPTIONS")
    return std::make_unique<dropped_body>();
  parametrized_value type{content_type};
  if (!terms.raw
      && equal_ignoring_case(type.value(), "application/x-www-form-urlencoded"))
    return std::make_unique<urlencoded_body>();
  if (!terms.raw && equal_ignoring_case(type.value(), "multipart/form-data"))
    return multipart_body(type, terms, files);
  return std::make_unique<plain_body>();
}

} // namespace

body_reader::body_reader(std::string_view method, std::string_view content_type,
                         const body_terms& terms, upload_sink& files)
  : content_(content_for(method, content_type, terms, files)) {}

body_reader::body_reader(body_reader&&) noexcept = default;
body_reader& body_reader::operator=(body_reader&&) noexcept = default;
body_reader::~body_reader() = default;

result<> body_reader::feed(std::string_view bytes) {
  return content_->feed(bytes);
}

result<parsed_body> body_reader::finish() {
  return content_->finish();
}

} // namespace troupe::web
