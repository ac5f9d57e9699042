#include "protocol/base/json_writer.hpp"

#include "protocol/base/json_text.hpp"

namespace troupe {

void json_object_writer::begin(std::string_view key) {
  separate();
  append_quoted(out_, key);
  out_ += ':';
}

json_object_writer& json_object_writer::add(std::string_view key, std::string_view text) {
  begin(key);
  append_quoted(out_, text);
  return *this;
}

json_object_writer& json_object_writer::add_json(std::string_view key,
                                                 std::string_view json) {
  begin(key);
  out_ += json;
  return *this;
}

json_object_writer& json_object_writer::add_spelled(std::string_view key,
                                                    std::string_view json) {
  separate();
  out_ += '"';
  out_ += key;
  out_ += "\":";
  out_ += json;
  return *this;
}

json_object_writer& json_object_writer::add_escaped(std::string_view key,
                                                    std::string_view body) {
  begin(key);
  out_ += '"';
  out_ += body;
  out_ += '"';
  return *this;
}

json_object_writer& json_object_writer::append(std::string_view members) {
  if (!members.empty())
    separate();
  out_ += members;
  return *this;
}

json_array_writer& json_array_writer::add(std::string_view text) {
  separate();
  append_quoted(out_, text);
  return *this;
}

json_array_writer& json_array_writer::add_json(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

json_array_writer& json_array_writer::add_escaped(std::string_view body) {
  separate();
  out_ += '"';
  out_ += body;
  out_ += '"';
  return *this;
}

} // namespace troupe
