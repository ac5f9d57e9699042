#include "protocol/hello/hello_line.hpp"

#include "protocol/base/address.hpp"
#include "protocol/base/host_port.hpp"
#include "protocol/base/json_member.hpp"
#include "protocol/base/json_writer.hpp"
#include "protocol/base/limits.hpp"
#include "protocol/base/printable.hpp"

#include <limits>

namespace troupe::hello {

namespace {

using json_text::find_member;
using json_text::text_member;

/// Longest identifier of a process and address that are taken: far longer than any is.
constexpr size_t longest_text = 512;

/// A failure is why the line is no introduction.
template <class T = void>
using outcome = result<T, std::string>;

/// Returns a member that is a whole number from `least` to `most`.
outcome<int64_t> number(std::string_view value, std::string_view what, int64_t least,
                        int64_t most) {
  auto n = json_text::as_integer(value);
  if (!n || *n < least || *n > most)
    return failure(std::string{what} + ": expected a whole number from "
                   + std::to_string(least) + " to " + std::to_string(most));
  return *n;
}

outcome<int64_t> number_member(std::string_view object, std::string_view key,
                               int64_t least, int64_t most) {
  return number(find_member(object, key).value_or(""), key, least, most);
}

outcome<std::string> name_member(std::string_view object, std::string_view key) {
  auto name = text_member(object, key);
  if (!name || !is_valid_name(*name))
    return failure(std::string{key} + ": expected a name");
  return *name;
}

/// Returns a member that is a text of people or of other programs.
outcome<std::string> text(std::string_view object, std::string_view key) {
  auto found = find_member(object, key);
  if (!found || json_text::is_null(*found))
    return std::string{};
  auto plain = json_text::as_text(*found);
  if (!plain || plain->size() > longest_text)
    return failure(std::string{key} + ": expected a text of at most "
                   + std::to_string(longest_text) + " bytes");
  return *plain;
}

/// Returns where others dial the node; empty for one that nobody can dial.
outcome<std::string> address_member(std::string_view object, std::string_view key) {
  auto address = text(object, key);
  if (address && !address->empty() && !is_host_port(*address))
    return failure(std::string{key} + ": expected \"host:port\"");
  return address;
}

outcome<version_range> versions_member(std::string_view object) {
  constexpr int64_t most = std::numeric_limits<uint32_t>::max();
  auto array = find_member(object, "versions").value_or("");
  if (array.empty() || array.front() != '[')
    return failure("versions: expected the oldest and the newest");
  json_text::element_reader elements{array};
  auto oldest = number(elements.next().value_or(""), "versions", 1, most);
  if (!oldest)
    return failure(std::move(oldest).error());
  auto newest = number(elements.next().value_or(""), "versions", *oldest, most);
  if (!newest)
    return failure(std::move(newest).error());
  return version_range{static_cast<uint32_t>(*oldest), static_cast<uint32_t>(*newest)};
}

outcome<introduction> read_introduction(std::string_view object) {
  constexpr int64_t day_ms = 24 * 60 * 60 * 1000;
  introduction who;
  std::string mistake;
  auto take = [&](auto& into, auto read) {
    if (read)
      into = static_cast<std::remove_reference_t<decltype(into)>>(*std::move(read));
    else if (mistake.empty())
      mistake = std::move(read).error();
  };
  int64_t beat_ms = 0;
  take(who.cluster, name_member(object, "cluster"));
  take(who.node, name_member(object, "node"));
  take(who.incarnation,
       number_member(object, "incarnation", 0, std::numeric_limits<int64_t>::max()));
  take(who.versions, versions_member(object));
  take(who.process, text(object, "process"));
  take(beat_ms, number_member(object, "beat_ms", 1, day_ms));
  take(who.advertise, address_member(object, "advertise"));
  take(who.program, text(object, "program"));
  who.beat = std::chrono::milliseconds{beat_ms};
  if (mistake.empty() && who.process.empty())
    mistake = "process: expected a text";
  if (!mistake.empty())
    return failure(std::move(mistake));
  return who;
}

refusal read_refusal(std::string_view object) {
  auto said = text_member(object, "message").value_or("");
  return {reason_from_name(text_member(object, "code").value_or("")),
          printable(std::string_view{said}.substr(0, limits::log_excerpt))};
}

refusal not_hello(const std::string& why) {
  return {reason::not_hello, "expected a node that introduces itself: " + why};
}

} // namespace

result<message, refusal> read_line(std::string_view line) {
  if (auto valid = json_text::validate(line); !valid)
    return failure(not_hello(valid.error()));
  if (auto object = find_member(line, "hello")) {
    auto who = read_introduction(*object);
    if (!who)
      return failure(not_hello("hello: " + who.error()));
    return message{*std::move(who)};
  }
  if (auto object = find_member(line, "error"))
    return message{read_refusal(*object)};
  if (find_member(line, "welcome"))
    return message{welcome{}};
  return failure(not_hello("no member `hello`"));
}

std::string to_line(const introduction& who) {
  json_array_writer versions;
  versions.add_json(std::to_string(who.versions.oldest))
      .add_json(std::to_string(who.versions.newest));
  json_object_writer out;
  out.add("cluster", who.cluster)
      .add("node", who.node)
      .add("incarnation", who.incarnation)
      .add_json("versions", versions.array())
      .add("process", who.process)
      .add("beat_ms", who.beat.count());
  if (!who.advertise.empty())
    out.add("advertise", who.advertise);
  if (!who.program.empty())
    out.add("program", who.program);
  return json_object_writer{}.add_json("hello", out.object()).object() + '\n';
}

std::string to_line(const welcome&) {
  return json_object_writer{}.add_json("welcome", "{}").object() + '\n';
}

std::string to_line(const refusal& no) {
  json_object_writer out;
  out.add("code", name_of(no.why)).add("message", no.message);
  return json_object_writer{}.add_json("error", out.object()).object() + '\n';
}

} // namespace troupe::hello
