#include "actors/public/call_desk.hpp"

#include <algorithm>
#include <utility>

namespace troupe {

result<tag_id> call_desk::enter(callee_actor callee, answer_handler on_answer,
                                part_handler on_part) {
  auto parts =
      on_part ? std::make_shared<const part_handler>(std::move(on_part)) : nullptr;
  std::lock_guard lock{mutex_};
  if (closed_)
    return failure(fault{*closed_});
  open_.emplace(++last_,
                open_call{std::move(callee), std::move(on_answer), std::move(parts)});
  return tag_id{last_};
}

callee_actor call_desk::callee_of(tag_id tag) const {
  std::lock_guard lock{mutex_};
  auto i = open_.find(tag);
  return i == open_.end() ? callee_actor{} : i->second.callee;
}

void call_desk::close(const fault& why) {
  std::map<uint64_t, open_call> ended;
  {
    std::lock_guard lock{mutex_};
    if (closed_)
      return;
    closed_ = why;
    ended = std::exchange(open_, {});
    for (auto i = ended.begin(); i != ended.end();) {
      auto next = std::next(i);
      if (i->second.parts_in_hand > 0) {
        i->second.end = failure(fault{why});
        open_.insert(ended.extract(i));
      }
      i = next;
    }
  }
  for (auto& [tag, c] : ended)
    handle([&] { c.on_answer(failure(fault{why})); });
}

bool call_desk::is_in_handler() const {
  std::lock_guard lock{mutex_};
  return std::find(handling_.begin(), handling_.end(), std::this_thread::get_id())
         != handling_.end();
}

template <class F>
void call_desk::handle(F call_handler) {
  auto me = std::this_thread::get_id();
  {
    std::lock_guard lock{mutex_};
    handling_.push_back(me);
  }
  // An exception would end the actor that has settled the call.
  try {
    call_handler();
  } catch (const std::exception& e) {
    threw_(e.what());
  } catch (...) {
    threw_("something that is no std::exception");
  }
  std::lock_guard lock{mutex_};
  handling_.erase(std::find(handling_.begin(), handling_.end(), me));
}

void call_desk::settle(tag_id tag, call_result r) {
  answer_handler on_answer;
  {
    std::lock_guard lock{mutex_};
    auto i = open_.find(tag);
    if (i == open_.end() || i->second.end)
      return;
    if (i->second.parts_in_hand > 0) {
      i->second.end = std::move(r);
      return;
    }
    on_answer = std::move(i->second.on_answer);
    open_.erase(i);
  }
  answer(on_answer, std::move(r));
}

void call_desk::answer(const answer_handler& on_answer, call_result r) {
  handle([&] {
    if (r)
      on_answer(call_answer{std::move(r->payload), r->worker.str()});
    else
      on_answer(failure(std::move(r).error()));
  });
}

void call_desk::chunk(tag_id tag, shared_bytes payload,
                      std::shared_ptr<stream_flow> flow) {
  if (auto on_part = take_part(tag)) {
    handle([&] { (*on_part)(payload); });
    put_part(tag);
  }
  if (flow)
    flow->remove(payload.size());
}

std::shared_ptr<const part_handler> call_desk::take_part(tag_id tag) {
  std::lock_guard lock{mutex_};
  auto i = open_.find(tag);
  if (i == open_.end() || !i->second.on_part || i->second.end)
    return nullptr;
  ++i->second.parts_in_hand;
  return i->second.on_part;
}

void call_desk::put_part(tag_id tag) {
  std::optional<open_call> ended;
  {
    std::lock_guard lock{mutex_};
    auto i = open_.find(tag);
    if (--i->second.parts_in_hand > 0 || !i->second.end)
      return;
    ended = std::move(i->second);
    open_.erase(i);
  }
  answer(ended->on_answer, std::move(*ended->end));
}

} // namespace troupe
