#include "broker/front/dashboard/shared_look.hpp"

#include "protocol/base/fault_json.hpp"
#include "protocol/delta/json_delta.hpp"
#include "protocol/delta/json_without.hpp"

#include <algorithm>

namespace troupe::front::dashboard {

using namespace std::chrono_literals;

namespace {

/// Those who ask do not come exactly when a second is over.
constexpr auto early = 50ms;

} // namespace

void shared_look::remove(look_viewer& who) {
  std::erase(viewers_, &who);
  give_up_question(who);
}

bool shared_look::is_due(steady_clock::time_point now) const {
  return now >= due_ && !(asker_ && asker_->is_there());
}

bool shared_look::begin_question(look_viewer& who, steady_clock::time_point now) {
  if (!is_due(now))
    return false;
  asker_ = &who;
  due_ = now + what_.every - early;
  return true;
}

void shared_look::give_up_question(const look_viewer& who) {
  if (asker_ != &who)
    return;
  asker_ = nullptr;
  due_ = {};
}

void shared_look::take(const call_result& answer) {
  asker_ = nullptr;
  if (!answer)
    return fail(answer.error());
  auto text =
      what_.without.empty()
          ? answer->payload
          : shared_bytes{delta::json_without(answer->payload.view(), what_.without)};
  size_ = text.size();
  auto same = answer_ && text == answer_->text;
  if (!same) {
    auto kept = keep_answer(kept_, text.view(), answer_);
    if (!kept) {
      due_ += page_limits::page_room_pause;
      return fail(no_room_to_keep());
    }
    answer_ = std::move(kept);
  }
  auto recovered = !std::exchange(problem_, {}).empty();
  if (!same || recovered)
    tell_viewers();
}

void shared_look::fail(const fault& why) {
  auto word = std::string{to_string(why.what)} + why.message;
  if (!problem_.empty() && problem_word_ == word)
    return;
  problem_word_ = std::move(word);
  problem_ = to_json(why);
  tell_viewers();
}

std::optional<std::string> shared_look::delta_from(const kept_answer_ptr& before) {
  if (delta_before_ != before) {
    delta_ = delta::json_delta(before->text, answer_->text);
    delta_before_ = before;
  }
  return delta_;
}

void shared_look::forget_delta() {
  delta_before_.reset();
  delta_.reset();
}

/// A viewer may leave while it is told.
void shared_look::tell_viewers() {
  forget_delta();
  auto all = viewers_;
  for (auto who : all)
    if (std::find(viewers_.begin(), viewers_.end(), who) != viewers_.end())
      who->on_news();
  forget_delta();
}

shared_look_ptr look_board::open(look_question what) {
  auto key = what.key();
  if (auto i = all_.find(key); i != all_.end())
    if (auto there = i->second.lock())
      return there;
  // Forgetting the gone now and then keeps the list as long as twice the open ones.
  if (all_.size() >= forget_at_) {
    std::erase_if(all_, [](auto& each) { return each.second.expired(); });
    forget_at_ = std::max(least_kept, 2 * all_.size());
  }
  auto look = std::make_shared<shared_look>(std::move(what), kept);
  all_.insert_or_assign(std::move(key), look);
  return look;
}

} // namespace troupe::front::dashboard
