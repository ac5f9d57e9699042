/// The worker of the benchmarks: answers every call with its payload, as fast as it can.
/// It takes what one read brings and answers it with one write.
///
///   echo_worker [--window N] [--delay-us N]

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

/// What a worker must know of one line: members as JSON text, empty where absent.
struct request {
  std::string_view kind;
  std::string_view id;
  std::string_view payload;
};

struct options {
  /// Calls in flight that it announces.
  const char* window = "1024";
  /// Microseconds of "work" for each call.
  useconds_t delay = 0;
};

/// Returns where the string ends that starts at `p`, behind its quote.
const char* end_of_string(const char* p, const char* end) {
  for (++p; p < end && *p != '"'; ++p)
    if (*p == '\\')
      ++p;
  return p < end ? p + 1 : end;
}

/// Returns where the key or value ends that starts at `p`: at `,`, `:` or a closing
/// bracket.
const char* end_of_value(const char* p, const char* end) {
  for (int depth = 0; p < end;) {
    switch (*p) {
      case '"':
        p = end_of_string(p, end);
        continue;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth-- == 0)
          return p;
        break;
      case ',':
      case ':':
        if (depth == 0)
          return p;
        break;
      default:
        break;
    }
    ++p;
  }
  return end;
}

std::string_view trimmed(const char* from, const char* to) {
  auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (from < to && blank(*from))
    ++from;
  while (from < to && blank(to[-1]))
    --to;
  return {from, static_cast<size_t>(to - from)};
}

/// Cuts a line, which the node or the load generator wrote, hence is valid.
request cut(std::string_view line) {
  request r;
  auto end = line.data() + line.size();
  auto p = static_cast<const char*>(std::memchr(line.data(), '{', line.size()));
  while (p && p < end && *p != '}') {
    auto colon = end_of_value(p + 1, end);
    auto key = trimmed(p + 1, colon);
    if (colon == end)
      break;
    p = end_of_value(colon + 1, end);
    auto value = trimmed(colon + 1, p);
    if (key == "\"kind\"")
      r.kind = value;
    else if (key == "\"request_id\"")
      r.id = value;
    else if (key == "\"payload\"")
      r.payload = value;
  }
  return r;
}

/// Writes all of `out` and empties it.
void flush(std::string& out) {
  for (size_t done = 0; done < out.size();) {
    auto n = write(STDOUT_FILENO, out.data() + done, out.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      std::exit(1);
    done += static_cast<size_t>(n);
  }
  out.clear();
}

/// Appends the answer to one line; returns false where it was the last.
bool take(std::string_view line, const options& o, std::string& out) {
  auto r = cut(line);
  if (r.kind == "\"shutdown\"")
    return false;
  if (r.kind == "\"hello\"") {
    out += R"({"kind":"ready","payload":{"protocol":1,"name":"echo_worker","window":)";
    out += o.window;
    out += "}}\n";
    return true;
  }
  if (r.id.empty() || r.id == "null")
    return true;
  if (o.delay > 0) {
    flush(out); // what is done does not wait for what is not
    usleep(o.delay);
  }
  out += "{\"kind\":";
  out += r.kind;
  out += ",\"request_id\":";
  out += r.id;
  out += ",\"payload\":";
  out += r.payload.empty() ? "null" : r.payload;
  out += ",\"error\":null}\n";
  return true;
}

/// Answers until the input ends or `shutdown` comes.
void serve(const options& o) {
  std::string in(16 * 1024, '\0');
  std::string out;
  size_t have = 0; // bytes of `in` that are filled; no line of them ends before `seen`
  for (size_t seen = 0;;) {
    if (have == in.size())
      in.resize(in.size() * 2);
    auto n = read(STDIN_FILENO, in.data() + have, in.size() - have);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return;
    have += static_cast<size_t>(n);
    size_t start = 0;
    while (auto p = std::memchr(in.data() + seen, '\n', have - seen)) {
      auto end = static_cast<size_t>(static_cast<char*>(p) - in.data());
      if (!take({in.data() + start, end - start}, o, out))
        return flush(out);
      start = seen = end + 1;
    }
    std::memmove(in.data(), in.data() + start, have - start);
    seen = have -= start;
    flush(out);
  }
}

} // namespace

int main(int argc, char** argv) {
  options o;
  for (int i = 1; i < argc; i += 2) {
    std::string_view name = argv[i];
    if (i + 1 < argc && name == "--window" && std::atoi(argv[i + 1]) > 0) {
      o.window = argv[i + 1];
    } else if (i + 1 < argc && name == "--delay-us") {
      o.delay = static_cast<useconds_t>(std::atoi(argv[i + 1]));
    } else {
      std::fputs("usage: echo_worker [--window N] [--delay-us N]\n", stderr);
      return 2;
    }
  }
  serve(o);
}
