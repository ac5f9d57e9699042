#include "actors/worker/nested_calls.hpp"

#include <caf/send.hpp>

namespace troupe::worker {

const tag_id* nested_calls::find(const shared_bytes& request_id) const {
  auto i = by_name_.find(request_id.view());
  return i == by_name_.end() ? nullptr : &i->second;
}

tag_id nested_calls::add(entry e) {
  tag_id tag{next_++};
  auto parent = e.parent;
  auto& kept = entries_.emplace(tag, std::move(e)).first->second;
  by_name_.emplace(kept.request_id.view(), tag);
  by_parent_.emplace(parent, tag);
  return tag;
}

std::optional<nested_calls::entry> nested_calls::take(tag_id tag) {
  auto i = entries_.find(tag);
  if (i == entries_.end())
    return std::nullopt;
  by_name_.erase(i->second.request_id.view());
  auto [child, end] = by_parent_.equal_range(i->second.parent);
  while (child != end && child->second != tag)
    ++child;
  if (child != end)
    by_parent_.erase(child);
  std::optional<entry> e{std::move(i->second)};
  entries_.erase(i);
  return e;
}

std::optional<std::string> nested_calls::verify() const {
  if (by_name_.size() != entries_.size() || by_parent_.size() != entries_.size())
    return "nested_calls: the names or parents are not as many as the calls";
  for (auto& [tag, e] : entries_) {
    auto named = find(e.request_id);
    if (!named || *named != tag)
      return "nested_calls: a call is not found by its name";
    auto [i, end] = by_parent_.equal_range(e.parent);
    while (i != end && i->second != tag)
      ++i;
    if (i == end)
      return "nested_calls: a call is not found by its parent";
  }
  return std::nullopt;
}

namespace {

class nested_sink : public reply_sink {
public:
  nested_sink(worker_actor owner, std::string name)
    : owner_(std::move(owner))
    , name_(std::move(name)) {}

  void settle(tag_id tag, call_result result) override {
    caf::anon_send(owner_, nested_outcome{tag, std::move(result)});
  }

  /// Workers get answers whole: nobody asked for this.
  void chunk(tag_id, shared_bytes payload, std::shared_ptr<stream_flow> flow) override {
    flow->remove(payload.size());
  }

  call_origin origin() const override { return {caller_kind::worker, name_}; }

private:
  worker_actor owner_;
  std::string name_;
};

} // namespace

reply_sink_ptr make_nested_sink(worker_actor owner, std::string name) {
  return std::make_shared<nested_sink>(std::move(owner), std::move(name));
}

} // namespace troupe::worker
