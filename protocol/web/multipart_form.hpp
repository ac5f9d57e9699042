#pragma once

#include "protocol/web/body_content.hpp"
#include "protocol/web/form_tree.hpp"
#include "protocol/web/multipart_reader.hpp"
#include "protocol/web/upload.hpp"

namespace troupe::web {

/// Makes two trees of the parts of a multipart form: one of its fields, and one of its
/// files, whose bytes go to a sink.
class multipart_form : public body_content, private part_sink {
public:
  /// @pre `is_boundary(boundary)` @param terms Must outlive this. @param files Must, too.
  multipart_form(std::string_view boundary, const body_terms& terms, upload_sink& files);

  result<> feed(std::string_view bytes) override { return reader_.feed(bytes); }
  result<parsed_body> finish() override;

private:
  enum class kind : uint8_t { field, file, dropped };

  result<> begin_part(part_head head) override;
  result<> part_data(std::string_view bytes) override;
  result<> end_part() override;

  multipart_reader reader_;
  const body_terms& terms_;
  upload_sink& sink_;
  form_tree fields_{form_tree::of_two::last};
  form_tree files_{form_tree::of_two::first};
  /// Of the part that comes.
  kind kind_ = kind::dropped;
  std::string name_;
  std::string value_;
  std::unique_ptr<upload> upload_;
};

} // namespace troupe::web
