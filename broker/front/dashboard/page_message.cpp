#include "broker/front/dashboard/page_message.hpp"

#include "broker/front/dashboard/page_limits.hpp"
#include "protocol/base/address.hpp"
#include "protocol/base/event_kinds.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/utf8.hpp"

#include <algorithm>

namespace troupe::front::dashboard {

namespace {

/// Returns what a message has from its client, cut if that is long.
std::string_view excerpt(std::string_view text) {
  text = text.substr(0, page_limits::page_excerpt);
  return text.substr(0, complete_utf8(text));
}

/// Reads one message, whose members are checked one after the other.
class message_reader {
public:
  explicit message_reader(std::string_view text)
    : text_(json_text::trim(text)) {}

  result<page_message> read() {
    if (auto valid = json_text::validate(text_); !valid)
      return failure(malformed("the message is not JSON: " + valid.error()));
    if (!json_text::is_object(text_))
      return failure(malformed("the message is not a JSON object"));
    if (auto id = json_text::find(text_, "id")) {
      auto number = json_text::as_integer(*id);
      if (!number || *number < 0)
        return failure(malformed("id: expected a whole number from 0"));
      id_ = *number;
    }
    kind_ = json_text::text_member(text_, "kind").value_or("");
    if (kind_ == "pause")
      return bare(pause_message{});
    if (kind_ == "resume")
      return bare(resume_message{});
    if (kind_ != "watch" && kind_ != "unwatch" && kind_ != "input")
      return failure(malformed("kind: expected watch, unwatch, pause, resume or input"));
    if (!id_)
      return wrong("id", "expected a whole number from 0");
    if (kind_ == "watch")
      return read_watch();
    if (kind_ == "input")
      return read_input();
    return bare(unwatch_message{*id_});
  }

  std::optional<page_id> id() const noexcept { return id_; }

private:
  tl::unexpected<fault> wrong(std::string_view member, std::string_view why) const {
    return failure(
        malformed(kind_ + '.' + std::string{excerpt(member)} + ": " + std::string{why}));
  }

  /// Fails if the message has a member that is not in `known`.
  result<> check_members(std::string_view known) const {
    look_kind members{{}, {}, known};
    json_text::member_reader reader{text_};
    std::string buffer;
    while (auto m = reader.next())
      if (auto name = json_text::plain_key(m->key, buffer); !members.takes(name))
        return wrong(name, "is not known; expected " + std::string{known});
    return {};
  }

  /// Fails if what a look has there is long: looks are kept, and compared.
  result<> check_size(std::string_view member, std::string_view json) const {
    if (json.size() > page_limits::page_payload)
      return wrong(member, "has more than " + std::to_string(page_limits::page_payload)
                               + " bytes");
    return {};
  }

  result<page_message> bare(page_message m) const {
    if (auto checked = check_members("kind id"); !checked)
      return failure(std::move(checked).error());
    return m;
  }

  /// Reads the payload of a look of this kind: an object, or null.
  result<shared_bytes> read_payload(const look_kind& kind) const {
    auto payload = json_text::find(text_, "payload");
    if (!payload || json_text::is_null(*payload))
      return null_payload();
    if (!json_text::is_object(*payload))
      return wrong("payload", "expected an object");
    if (auto checked = check_size("payload", *payload); !checked)
      return failure(std::move(checked).error());
    json_text::member_reader reader{*payload};
    std::string buffer;
    while (auto m = reader.next())
      if (auto name = json_text::plain_key(m->key, buffer); !kind.takes(name))
        return wrong("payload." + std::string{name},
                     "is not known to " + std::string{kind.ask}
                         + (kind.members.empty()
                                ? "; it takes nothing"
                                : "; it takes " + std::string{kind.members}));
    return shared_bytes{std::string{*payload}};
  }

  result<page_message> read_watch() {
    if (auto checked = check_members("kind id ask payload every_s without"); !checked)
      return failure(std::move(checked).error());
    auto ask = json_text::text_member(text_, "ask").value_or("");
    if (ask == events_kind.ask)
      return read_events();
    watch_message m{*id_, {}};
    m.what.kind = find_look_kind(ask);
    if (!m.what.kind)
      return wrong("ask", "expected what may be looked at, such as pools or events, not "
                              + json_string(excerpt(ask)));
    auto payload = read_payload(*m.what.kind);
    if (!payload)
      return failure(std::move(payload).error());
    m.what.payload = *std::move(payload);
    if (m.what.kind->target == look_target::terminal) {
      m.what.terminal =
          json_text::text_member(m.what.payload.view(), "name").value_or("");
      if (m.what.terminal.empty())
        return wrong("payload.name", "expected the name of a terminal");
    }
    if (auto every = json_text::find(text_, "every_s")) {
      auto seconds = json_text::as_integer(*every);
      if (!seconds || *seconds < 1 || *seconds > page_limits::page_step_most.count())
        return wrong("every_s",
                     "expected a whole number from 1 to "
                         + std::to_string(page_limits::page_step_most.count()));
      m.what.every = std::chrono::seconds{*seconds};
    }
    if (auto read = read_without(m.what.without); !read)
      return failure(std::move(read).error());
    return m;
  }

  result<> read_without(std::vector<std::string>& names) const {
    auto list = json_text::find(text_, "without");
    if (!list)
      return {};
    auto expected = "expected an array of at most "
                    + std::to_string(page_limits::page_names) + " strings";
    if (!json_text::is_array(*list))
      return wrong("without", expected);
    if (auto checked = check_size("without", *list); !checked)
      return checked;
    json_text::element_reader reader{*list};
    while (auto element = reader.next()) {
      auto name = json_text::as_text(*element);
      if (!name || names.size() == page_limits::page_names)
        return wrong("without", expected);
      names.push_back(*std::move(name));
    }
    std::sort(names.begin(), names.end());
    return {};
  }

  result<page_message> read_events() const {
    auto payload = read_payload(events_kind);
    if (!payload)
      return failure(std::move(payload).error());
    watch_events_message m{*id_, std::string{node_target}, null_payload()};
    json_object_writer filters;
    json_text::member_reader reader{payload->view()};
    std::string buffer;
    while (auto member = reader.next())
      if (json_text::plain_key(member->key, buffer) != "node")
        filters.add_spelled(member->key, member->value);
      else if (auto name = json_text::as_text(member->value))
        m.node += '@' + *name;
      else
        return wrong("payload.node", "expected the name of a node");
    if (!filters.empty())
      m.payload = shared_bytes{filters.object()};
    return m;
  }

  result<page_message> read_input() const {
    if (auto checked = check_members("kind id name data"); !checked)
      return failure(std::move(checked).error());
    auto name = json_text::text_member(text_, "name").value_or("");
    if (name.empty())
      return wrong("name", "expected the name of a terminal");
    auto data = json_text::find(text_, "data");
    if (!data || !json_text::is_string(*data))
      return wrong("data", "expected a string");
    return input_message{
        *id_, std::move(name),
        shared_bytes{json_object_writer{}.add_json("data", *data).object()}};
  }

  std::string_view text_;
  std::string kind_;
  std::optional<page_id> id_;
};

} // namespace

std::string look_question::key() const {
  json_array_writer out;
  out.add(kind->ask)
      .add(terminal)
      .add(std::to_string(every.count()))
      .add_json(to_json_array(without))
      .add_json(payload.view());
  return out.array();
}

result<page_message, page_mistake> read_page_message(std::string_view text) {
  message_reader reader{text};
  auto read = reader.read();
  if (!read)
    return failure(page_mistake{reader.id(), std::move(read).error()});
  return *std::move(read);
}

} // namespace troupe::front::dashboard
