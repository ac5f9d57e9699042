#include "protocol/base/span.hpp"

#include "protocol/base/json_writer.hpp"

namespace troupe {

namespace {

// Of opentelemetry/proto/trace/v1/trace.proto, as numbers: so its JSON wants them.
constexpr int kind_internal = 1;
constexpr int kind_client = 3;
constexpr int status_error = 2;
constexpr uint32_t sampled_flag = 1;

/// The attributes of a span or a resource.
class attribute_list {
public:
  attribute_list& add(std::string_view key, std::string_view text) {
    return add_value(key, json_object_writer{}.add("stringValue", text));
  }

  /// @param body Of a JSON string.
  attribute_list& add_escaped(std::string_view key, std::string_view body) {
    return add_value(key, json_object_writer{}.add_escaped("stringValue", body));
  }

  std::string array() { return all_.array(); }

private:
  attribute_list& add_value(std::string_view key, json_object_writer& value) {
    all_.add_json(
        json_object_writer{}.add("key", key).add_json("value", value.object()).object());
    return *this;
  }

  json_array_writer all_;
};

/// Returns the time as OTLP spells it: 64 bits do not fit in a number of JSON.
std::string to_nanoseconds(std::chrono::system_clock::time_point t) {
  using std::chrono::nanoseconds;
  return std::to_string(
      std::chrono::duration_cast<nanoseconds>(t.time_since_epoch()).count());
}

std::string attributes_of(const span& s, const span_origin& from) {
  attribute_list all;
  all.add("troupe.node", from.node).add("troupe.pool", s.pool);
  if (!s.worker.empty())
    all.add("troupe.worker", s.worker);
  all.add_escaped("troupe.kind", s.kind.view());
  if (s.error != code::none)
    all.add("error.type", to_string(s.error));
  return all.array();
}

std::string status_of(const span& s) {
  json_object_writer status;
  if (s.error != code::none)
    status.add("code", status_error).add("message", s.message);
  return status.object();
}

std::string to_object(const span& s, const span_origin& from) {
  auto runs = s.what == span::phase::run;
  json_object_writer out;
  out.add("traceId", s.parent->trace_id())
      .add("spanId", to_span_id(s.id))
      .add("parentSpanId", s.parent->span_id());
  if (!s.parent->tracestate().empty())
    out.add("traceState", s.parent->tracestate());
  out.add("flags", sampled_flag)
      .add("name", runs ? "run" : "wait")
      .add("kind", runs ? kind_client : kind_internal)
      .add("startTimeUnixNano", to_nanoseconds(s.begin))
      .add("endTimeUnixNano", to_nanoseconds(s.end))
      .add_json("attributes", attributes_of(s, from))
      .add_json("status", status_of(s));
  return out.object();
}

/// Returns an array of this one element.
std::string only(std::string_view json) {
  return json_array_writer{}.add_json(json).array();
}

} // namespace

std::string to_span_id(uint64_t id) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 0; i < text.size(); ++i)
    text[text.size() - 1 - i] = digits[(id >> (4 * i)) & 0xF];
  return text;
}

void append_otlp_line(std::string& out, const span& s, const span_origin& from) {
  auto scope =
      json_object_writer{}.add("name", "troupe").add("version", from.version).object();
  auto scope_spans = json_object_writer{}
                         .add_json("scope", scope)
                         .add_json("spans", only(to_object(s, from)))
                         .object();
  auto resource = json_object_writer{}
                      .add_json("attributes", attribute_list{}
                                                  .add("service.name", "troupe")
                                                  .add("service.instance.id", from.node)
                                                  .add("service.version", from.version)
                                                  .array())
                      .object();
  auto resource_spans = json_object_writer{}
                            .add_json("resource", resource)
                            .add_json("scopeSpans", only(scope_spans))
                            .object();
  out += json_object_writer{}.add_json("resourceSpans", only(resource_spans)).object();
  out += '\n';
}

} // namespace troupe
