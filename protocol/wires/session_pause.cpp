#include "protocol/wires/session_pause.hpp"

#include "protocol/base/json_member.hpp"
#include "protocol/base/json_text.hpp"
#include "protocol/base/json_writer.hpp"

#include <algorithm>

namespace troupe::wires {

result<session_pause, std::string> session_pause::parse(std::string_view payload) {
  auto list = json_text::find_member(payload, "queries");
  if (!list || !json_text::is_array(*list))
    return failure("queries: expected an array");
  session_pause p;
  json_text::element_reader elements{*list};
  while (auto q = elements.next()) {
    auto where = "queries[" + std::to_string(p.queries_.size()) + "]";
    auto id = json_text::text_member(*q, "id");
    if (!id)
      return failure(where + ": expected an object with a string id");
    auto same = [&](const query& other) { return other.id == *id; };
    if (std::any_of(p.queries_.begin(), p.queries_.end(), same))
      return failure(where + ": id: there are two " + json_string(*id));
    p.queries_.push_back({std::move(*id), std::string{*q}, {}});
  }
  if (p.queries_.empty())
    return failure("queries: expected at least one");
  return p;
}

size_t session_pause::remaining() const noexcept {
  auto open = [](const query& q) { return q.answer.empty(); };
  return static_cast<size_t>(std::count_if(queries_.begin(), queries_.end(), open));
}

result<> session_pause::accept(std::string_view answer) {
  auto batch = json_text::find(answer, "responses");
  if (!batch)
    return accept_one(answer);
  if (!json_text::is_array(*batch))
    return failure(malformed("responses: expected an array"));
  auto before = queries_;
  size_t n = 0;
  json_text::element_reader elements{*batch};
  for (; auto one = elements.next(); ++n) {
    auto accepted = json_text::is_object(*one) ? accept_one(*one)
                                               : failure(malformed("expected an object"));
    if (accepted)
      continue;
    queries_ = std::move(before);
    auto& message = accepted.error().message;
    message = "responses[" + std::to_string(n) + "]: " + message;
    return accepted;
  }
  if (n == 0)
    return failure(malformed("responses: expected at least one"));
  return {};
}

result<> session_pause::accept_one(std::string_view answer) {
  auto response = json_text::find(answer, "response");
  if (!response)
    return failure(malformed("response: it is missing"));
  auto wanted = json_text::find(answer, "query_id").value_or("null");
  query* q = nullptr;
  if (json_text::is_null(wanted)) {
    if (remaining() > 1)
      return failure(malformed("query_id: it is missing, and "
                               + std::to_string(remaining()) + " queries are open"));
    for (auto& candidate : queries_)
      if (candidate.answer.empty())
        q = &candidate;
  } else {
    auto id = json_text::as_text(wanted);
    if (!id)
      return failure(malformed("query_id: expected a string"));
    for (auto& candidate : queries_)
      if (candidate.id == *id)
        q = &candidate;
    if (!q)
      return failure(malformed("query_id: no query " + json_string(*id) + " was asked"));
  }
  if (!q || !q->answer.empty())
    return failure(code::conflict, "query_id: that query is answered already");
  json_object_writer told;
  told.add("query_id", q->id).add_json("response", *response);
  if (auto usage = json_text::find(answer, "usage"); usage && !json_text::is_null(*usage))
    told.add_json("usage", *usage);
  q->answer = told.object();
  return {};
}

std::string session_pause::open_queries() const {
  json_array_writer open;
  for (auto& q : queries_)
    if (q.answer.empty())
      open.add_json(q.text);
  return open.array();
}

std::string session_pause::responses() const {
  json_array_writer all;
  for (auto& q : queries_)
    all.add_json(q.answer);
  return json_object_writer{}.add_json("responses", all.array()).object();
}

void session_pause::reopen() {
  for (auto& q : queries_)
    q.answer.clear();
}

std::string session_pause::save() const {
  json_array_writer queries;
  json_array_writer answers;
  for (auto& q : queries_) {
    queries.add_json(q.text);
    if (!q.answer.empty())
      answers.add_json(q.answer);
  }
  return json_object_writer{}
      .add_json("queries", queries.array())
      .add_json("answers", answers.array())
      .object();
}

session_pause session_pause::restore(std::string_view saved) {
  auto p = parse(saved);
  if (!p)
    return {};
  json_text::element_reader answers{json_text::find(saved, "answers").value_or("[]")};
  while (auto a = answers.next())
    p->accept_one(*a);
  return std::move(*p);
}

} // namespace troupe::wires
