#include "actors/basp/connection.hpp"

#include "actors/basp/loop_scribe.hpp"

namespace troupe::basp {

size_t live_connection::waiting() const {
  return scribe_ ? scribe_->waiting() : 0;
}

void live_connection::expect(size_t bytes) {
  if (scribe_)
    scribe_->expect(bytes);
}

void live_connection::close() {
  if (is_open())
    scribe_->end_later();
  is_closing_ = true;
}

} // namespace troupe::basp
