#include "actors/nested_calls.hpp"

#include <caf/send.hpp>

#include <algorithm>

namespace troupe {

bool nested_calls::has(const slice& request_id) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](auto& x) {
    return x.second.request_id.view() == request_id.view();
  });
}

uint64_t nested_calls::add(entry e) {
  auto tag = next_++;
  entries_.emplace(tag, std::move(e));
  return tag;
}

std::optional<nested_calls::entry> nested_calls::take(uint64_t tag) {
  auto i = entries_.find(tag);
  if (i == entries_.end())
    return std::nullopt;
  std::optional<entry> e{std::move(i->second)};
  entries_.erase(i);
  return e;
}

namespace {

class nested_sink : public reply_sink {
public:
  explicit nested_sink(worker_actor owner)
    : owner_(std::move(owner)) {}

  void settle(uint64_t tag, call_result result) override {
    caf::anon_send(owner_, nested_outcome{tag, std::move(result)});
  }

  /// Workers get answers whole: nobody asked for this.
  void chunk(uint64_t, slice payload, std::shared_ptr<stream_flow> flow) override {
    flow->remove(payload.size());
  }

private:
  worker_actor owner_;
};

} // namespace

reply_sink_ptr make_nested_sink(worker_actor owner) {
  return std::make_shared<nested_sink>(std::move(owner));
}

} // namespace troupe
