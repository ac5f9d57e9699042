#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace troupe::bench {

/// Packets of gearmand: `\0REQ` or `\0RES`, a type and a length of four bytes each, the
/// greatest first, and parts with a zero between two.
namespace gearman {

enum type : uint32_t {
  can_do = 1,
  pre_sleep = 4,
  noop = 6,
  submit_job = 7,
  job_created = 8,
  grab_job = 9,
  no_job = 10,
  job_assign = 11,
  work_complete = 13,
};

inline void put(std::string& out, uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(number >> shift & 0xFF);
}

/// Appends a request, whose parts are one text with zeros between them.
inline void request(std::string& out, type what, std::string_view head = {},
                    std::string_view data = {}) {
  out.append("\0REQ", 4);
  put(out, what);
  put(out, static_cast<uint32_t>(head.size() + data.size()));
  out.append(head).append(data);
}

/// Calls `packet(type, parts)` for each complete packet; returns how many bytes they had.
template <class Packet>
size_t read(std::string_view in, const Packet& packet) {
  constexpr size_t header = 12;
  auto number = [&](size_t at) {
    uint32_t n = 0;
    for (size_t i = 0; i < 4; ++i)
      n = n << 8 | static_cast<unsigned char>(in[at + i]);
    return n;
  };
  size_t done = 0;
  while (in.size() - done >= header && in.size() - done - header >= number(done + 8)) {
    auto size = number(done + 8);
    packet(number(done + 4), in.substr(done + header, size));
    done += header + size;
  }
  return done;
}

/// Returns what stands behind the n-th zero.
inline std::string_view part_after(std::string_view parts, int zeros) {
  for (; zeros > 0; --zeros)
    parts.remove_prefix(std::min(parts.find('\0'), parts.size() - 1) + 1);
  return parts;
}

} // namespace gearman

/// A client that submits jobs of the function `echo`.
struct gearman_client {
  void begin(std::string&) const {}

  void ask(std::string& out, std::string_view payload) const {
    // The job has no name of the client's, so none is one with another.
    gearman::request(out, gearman::submit_job, std::string_view{"echo\0\0", 6}, payload);
  }

  template <class Answer>
  size_t take(std::string_view in, const Answer& answer) const {
    return gearman::read(in, [&](uint32_t type, std::string_view parts) {
      if (type == gearman::work_complete)
        answer(gearman::part_after(parts, 1));
      else if (type != gearman::job_created)
        answer({}); // which is wrong
    });
  }
};

/// A worker, which has one job at a time.
struct gearman_worker {
  void begin(std::string& out) const {
    gearman::request(out, gearman::can_do, "echo");
    gearman::request(out, gearman::grab_job);
  }

  /// Nothing comes before the answer to the first request for a job.
  static bool is_ready(std::string_view in) { return !in.empty(); }

  size_t take(std::string_view in, std::string& out) const {
    return gearman::read(in, [&](uint32_t type, std::string_view parts) {
      if (type == gearman::job_assign) {
        std::string head{parts.substr(0, parts.find('\0') + 1)};
        gearman::request(out, gearman::work_complete, head,
                         gearman::part_after(parts, 2));
        gearman::request(out, gearman::grab_job);
      } else if (type == gearman::no_job) {
        gearman::request(out, gearman::pre_sleep);
      } else if (type == gearman::noop) {
        gearman::request(out, gearman::grab_job);
      }
    });
  }
};

} // namespace troupe::bench
