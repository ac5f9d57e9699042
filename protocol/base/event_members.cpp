#include "protocol/base/event_members.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/base/json_writer.hpp"

namespace troupe {

namespace {

/// Adds one member to an object.
struct member_writer {
  json_object_writer& out;
  std::string_view key;

  void operator()(std::nullptr_t) { out.add(key, nullptr); }
  void operator()(bool value) { out.add(key, value); }
  void operator()(int64_t number) { out.add(key, number); }
  void operator()(const std::string& text) { out.add(key, text); }
  void operator()(const std::vector<std::string>& texts) {
    out.add_json(key, to_json_array(texts));
  }
  void operator()(const relayed_json& json) { out.add_json(key, json.text.view()); }
  void operator()(const escaped_text& text) { out.add_escaped(key, text.body); }
  void operator()(const worker_end& how) {
    auto members = to_json_members(how);
    if (key.empty())
      out.append(members);
    else
      out.add_json(key, json_object_writer{}.append(members).object());
  }
  void operator()(const fault_cause& why) {
    if (key.empty())
      out.append(to_json_members(*why.get()));
    else
      out.add_json(key, to_json(*why.get()));
  }
};

/// Measures one value.
struct value_meter {
  static constexpr size_t small = 5;

  size_t operator()(std::nullptr_t) const noexcept { return small; }
  size_t operator()(bool) const noexcept { return small; }
  size_t operator()(int64_t) const noexcept { return small; }
  size_t operator()(const std::string& text) const noexcept { return text.size() + 2; }
  size_t operator()(const std::vector<std::string>& texts) const noexcept {
    size_t size = 2;
    for (auto& text : texts)
      size += text.size() + 3;
    return size;
  }
  size_t operator()(const relayed_json& json) const noexcept { return json.text.size(); }
  size_t operator()(const escaped_text& text) const noexcept {
    return text.body.size() + 2;
  }
  size_t operator()(const worker_end&) const noexcept { return sizeof(worker_end); }
  size_t operator()(const fault_cause& why) const noexcept {
    auto size = sizeof(fault) + why.get()->message.size();
    if (auto& worker = why.get()->details.worker; worker && worker->stderr_lines)
      size += (*this)(*worker->stderr_lines);
    return size;
  }
};

} // namespace

void write(json_object_writer& out, const event_members& members) {
  for (auto& m : members)
    std::visit(member_writer{out, m.key}, m.value.get());
}

size_t json_size(const event_members& members) noexcept {
  size_t size = 0;
  for (auto& m : members)
    size += m.key.size() + 4 + std::visit(value_meter{}, m.value.get());
  return members.empty() ? 0 : size - 1; // there is no comma before the first
}

} // namespace troupe
