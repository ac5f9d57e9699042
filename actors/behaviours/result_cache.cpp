#include "actors/behaviours/result_cache.hpp"

namespace troupe::behaviours {

call_content result_cache::entry::content() const {
  std::string_view all{text};
  return {all.substr(0, kind_bytes), all.substr(kind_bytes)};
}

std::optional<shared_bytes> result_cache::find(const call_content& what, time_point now) {
  auto found = places_.find(what);
  if (found == places_.end())
    return std::nullopt;
  auto at = found->second;
  if (now - at->kept >= bounds_.age) {
    drop(at);
    ++counts_.expired;
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, at);
  return at->result;
}

void result_cache::keep(const call_content& what, std::string_view result,
                        time_point now) {
  if (auto found = places_.find(what); found != places_.end())
    drop(found->second);
  entry e{std::string{what.kind}.append(what.payload), what.kind.size(),
          shared_bytes{std::string{result}}, now};
  if (e.bytes() > bounds_.bytes) {
    ++counts_.too_large;
    return;
  }
  while (entries_.size() >= bounds_.entries || bytes_ + e.bytes() > bounds_.bytes) {
    drop(std::prev(entries_.end()));
    ++counts_.evicted;
  }
  bytes_ += e.bytes();
  entries_.push_front(std::move(e));
  places_.emplace(entries_.front().content(), entries_.begin());
}

void result_cache::drop(place at) {
  bytes_ -= at->bytes();
  places_.erase(at->content());
  entries_.erase(at);
}

std::optional<std::string> result_cache::verify() const {
  uint64_t bytes = 0;
  for (auto& e : entries_) {
    bytes += e.bytes();
    auto found = places_.find(e.content());
    if (found == places_.end() || &*found->second != &e)
      return "an entry is not found by its call";
  }
  if (places_.size() != entries_.size())
    return "a call finds an entry that is gone";
  if (bytes != bytes_)
    return "the bytes are not those of the entries";
  if (entries_.size() > bounds_.entries || bytes_ > bounds_.bytes)
    return "more is kept than may be";
  return std::nullopt;
}

} // namespace troupe::behaviours
