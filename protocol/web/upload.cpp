#include "protocol/web/upload.hpp"

#include "protocol/base/json_writer.hpp"
#include "protocol/web/http_text.hpp"

#include <algorithm>

namespace troupe::web {

namespace {

bool is_allowed(std::string_view name, const body_terms& terms) {
  auto dot = name.rfind('.');
  auto ending = dot == name.npos ? std::string{} : in_lower_case(name.substr(dot));
  auto holds = [&](const std::vector<std::string>& endings) {
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
  };
  return !holds(terms.forbid) && (terms.allow.empty() || holds(terms.allow));
}

} // namespace

upload::upload(std::string name, std::string type, const body_terms& terms,
               upload_sink& sink)
  : name_(std::move(name))
  , type_(std::move(type))
  , sink_(sink) {
  if (!is_allowed(name_, terms))
    error_ = upload_error::extension;
  else if (auto path = sink_.open())
    path_ = std::move(*path);
  else
    error_ = upload_error::no_folder;
}

void upload::write(std::string_view bytes) {
  if (error_ != upload_error::none)
    return;
  size_ += bytes.size();
  if (!sink_.write(bytes))
    fail();
}

void upload::end() {
  if (error_ == upload_error::none && !sink_.close())
    fail();
}

void upload::fail() {
  error_ = upload_error::cannot_write;
  sink_.remove();
  path_.clear();
  size_ = 0;
}

std::string upload::json() const {
  return json_object_writer{}
      .add("name", name_)
      .add("mime", type_)
      .add("size", size_)
      .add("error", static_cast<unsigned>(error_))
      .add("tmpName", path_)
      .object();
}

} // namespace troupe::web
