#include "protocol/wires/session_pause.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"

#include <algorithm>

namespace troupe::wires {

std::variant<session_pause, std::string> session_pause::parse(std::string_view payload) {
  auto list = json_text::find_member(payload, "queries");
  if (!list || list->front() != '[')
    return "queries: expected an array";
  session_pause p;
  json_text::element_reader elements{*list};
  while (auto q = elements.next()) {
    auto where = "queries[" + std::to_string(p.queries_.size()) + "]";
    auto id = json_text::text_member(*q, "id");
    if (!id)
      return where + ": expected an object with a string id";
    auto same = [&](const query& other) { return other.id == *id; };
    if (std::any_of(p.queries_.begin(), p.queries_.end(), same))
      return where + ": id: there are two " + json_string(*id);
    p.queries_.push_back({std::move(*id), std::string{*q}, {}});
  }
  if (p.queries_.empty())
    return "queries: expected at least one";
  return p;
}

size_t session_pause::remaining() const noexcept {
  auto open = [](const query& q) { return q.answer.empty(); };
  return static_cast<size_t>(std::count_if(queries_.begin(), queries_.end(), open));
}

std::optional<fault> session_pause::accept(std::string_view answer) {
  auto batch = json_text::find(answer, "responses");
  if (!batch)
    return accept_one(answer);
  if (batch->front() != '[')
    return malformed("responses: expected an array");
  auto before = queries_;
  size_t n = 0;
  json_text::element_reader elements{*batch};
  for (; auto one = elements.next(); ++n) {
    auto wrong =
        json_text::is_object(*one) ? accept_one(*one) : malformed("expected an object");
    if (!wrong)
      continue;
    queries_ = std::move(before);
    wrong->message = "responses[" + std::to_string(n) + "]: " + wrong->message;
    return wrong;
  }
  if (n == 0)
    return malformed("responses: expected at least one");
  return std::nullopt;
}

std::optional<fault> session_pause::accept_one(std::string_view answer) {
  auto response = json_text::find(answer, "response");
  if (!response)
    return malformed("response: it is missing");
  auto wanted = json_text::find(answer, "query_id").value_or("null");
  query* q = nullptr;
  if (json_text::is_null(wanted)) {
    if (remaining() > 1)
      return malformed("query_id: it is missing, and " + std::to_string(remaining())
                       + " queries are open");
    for (auto& candidate : queries_)
      if (candidate.answer.empty())
        q = &candidate;
  } else {
    auto id = json_text::as_text(wanted);
    if (!id)
      return malformed("query_id: expected a string");
    for (auto& candidate : queries_)
      if (candidate.id == *id)
        q = &candidate;
    if (!q)
      return malformed("query_id: no query " + json_string(*id) + " was asked");
  }
  if (!q || !q->answer.empty())
    return fault{code::conflict, "query_id: that query is answered already"};
  q->answer = "{\"query_id\":" + json_string(q->id) + ",\"response\":";
  q->answer += *response;
  if (auto usage = json_text::find(answer, "usage"); usage && !json_text::is_null(*usage))
    q->answer += ",\"usage\":" + std::string{*usage};
  q->answer += '}';
  return std::nullopt;
}

std::string session_pause::open_queries() const {
  std::string out = "[";
  for (auto& q : queries_)
    if (q.answer.empty())
      out += (out.size() > 1 ? "," : "") + q.text;
  return out + "]";
}

std::string session_pause::responses() const {
  std::string out = "{\"responses\":[";
  for (auto& q : queries_)
    out += (out.back() == '[' ? "" : ",") + q.answer;
  return out + "]}";
}

void session_pause::reopen() {
  for (auto& q : queries_)
    q.answer.clear();
}

std::string session_pause::save() const {
  std::string out = "{\"queries\":[";
  for (auto& q : queries_)
    out += (out.back() == '[' ? "" : ",") + q.text;
  out += "],\"answers\":[";
  for (auto& q : queries_)
    if (!q.answer.empty())
      out += (out.back() == '[' ? "" : ",") + q.answer;
  return out + "]}";
}

session_pause session_pause::restore(std::string_view saved) {
  auto read = parse(saved);
  auto p = std::get_if<session_pause>(&read);
  if (!p)
    return {};
  json_text::element_reader answers{json_text::find(saved, "answers").value_or("[]")};
  while (auto a = answers.next())
    p->accept_one(*a);
  return std::move(*p);
}

} // namespace troupe::wires
