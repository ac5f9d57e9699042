#include "actors/supervisor/pending_stops.hpp"

#include "actors/supervisor/incarnation_index.hpp"

namespace troupe::supervisor {

void pending_stops::add(std::unordered_set<incarnation_id> numbers, answer done) {
  auto count = numbers.size();
  if (count == 0)
    return done(0);
  waiting_.push_back({std::move(numbers), count, std::move(done)});
}

void pending_stops::ended(incarnation_id number) {
  std::erase_if(waiting_, [number](stop& s) {
    s.numbers.erase(number);
    if (s.numbers.empty())
      s.done(s.count);
    return s.numbers.empty();
  });
}

std::optional<std::string> pending_stops::verify(const incarnation_index& living) const {
  for (auto& s : waiting_) {
    if (s.numbers.empty())
      return "a stop waits for nothing";
    for (auto number : s.numbers)
      if (!living.index_of(number))
        return "a stop waits for incarnation " + std::to_string(number)
               + ", which has ended";
  }
  return std::nullopt;
}

} // namespace troupe::supervisor
