#pragma once

#include "protocol/base/line_splitter.hpp"

#include <limits>
#include <string>
#include <string_view>

namespace troupe::client {

/// Cuts a stream of server-sent events into the data of each; names and ids are dropped.
class server_sent {
public:
  /// Takes the next bytes and calls `on_data(shared_bytes)` for each event they complete.
  template <class OnData>
  void feed(const shared_bytes& bytes, OnData&& on_data) {
    lines_.feed(bytes, [&](const shared_bytes& line) {
      auto text = line.view();
      if (text.ends_with('\r'))
        text.remove_suffix(1);
      if (text.empty()) {
        if (!data_.empty())
          on_data(shared_bytes{std::exchange(data_, {})});
        return;
      }
      constexpr std::string_view field = "data:";
      if (!text.starts_with(field))
        return;
      text.remove_prefix(field.size());
      if (text.starts_with(' '))
        text.remove_prefix(1);
      if (!data_.empty())
        data_ += '\n';
      data_ += text;
    });
  }

private:
  line_splitter lines_{std::numeric_limits<size_t>::max()};
  std::string data_;
};

} // namespace troupe::client
