#include "protocol/web/multipart_form.hpp"

#include "protocol/base/json_text.hpp"
#include "protocol/web/form_body.hpp"

namespace troupe::web {

multipart_form::multipart_form(std::string_view boundary, const body_terms& terms,
                               upload_sink& files)
  : reader_(boundary, *this)
  , terms_(terms)
  , sink_(files) {}

result<parsed_body> multipart_form::finish() {
  if (auto whole = reader_.finish(); !whole)
    return failure(std::move(whole.error()));
  return parsed_body{
      .parsed = true, .body = fields_.json(), .uploads_json = files_.json()};
}

result<> multipart_form::begin_part(part_head head) {
  name_ = std::move(head.name);
  value_.clear();
  if (name_.empty()) {
    kind_ = kind::dropped;
  } else if (!head.file_name) {
    kind_ = kind::field;
  } else {
    kind_ = kind::file;
    upload_ = std::make_unique<upload>(std::move(*head.file_name), std::move(head.type),
                                       terms_, sink_);
  }
  return {};
}

result<> multipart_form::part_data(std::string_view bytes) {
  if (kind_ == kind::field)
    value_ += bytes;
  else if (kind_ == kind::file)
    upload_->write(bytes);
  return {};
}

result<> multipart_form::end_part() {
  auto kept = true;
  if (kind_ == kind::field) {
    kept = fields_.put(name_, json_string(value_));
  } else if (kind_ == kind::file) {
    upload_->end();
    kept = files_.put(name_, std::exchange(upload_, nullptr)->json());
  }
  if (!kept)
    return failure(too_many_names());
  return {};
}

} // namespace troupe::web
