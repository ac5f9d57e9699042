// The text service in C++ with the standard library alone. Instead of parsing JSON it
// cuts out the members it knows: the node writes `kind` and `request_id` before the
// payload, and the texts go back with the escapes they came with.
#include <chrono>
#include <iostream>
#include <string>
#include <thread>
#include <unistd.h>

using std::string;

// Returns the value after `"key":`, strings without their quotes, or nothing.
string member(const string& json, const string& key) {
  auto at = json.find('"' + key + "\":");
  if (at == string::npos
      || (at = json.find_first_not_of(' ', at + key.size() + 3)) == string::npos)
    return {};
  if (json[at] != '"')
    return json.substr(at, json.find_first_of(",}] ", at) - at);
  auto end = ++at;
  while (end < json.size() && json[end] != '"')
    end += json[end] == '\\' ? 2 : 1;
  return json.substr(at, end - at);
}

// Returns the text in capitals (ASCII), or backwards; an escape or a UTF-8 sequence is
// one unit.
string turned(const string& text, bool backwards) {
  string out;
  for (size_t at = 0, n; at < text.size(); at += n) {
    bool pair =
        text.compare(at, 3, "\\ud") == 0 && at + 3 < text.size() && text[at + 3] > '7';
    n = pair ? 12 : text[at] != '\\' ? 1 : text[at + 1] == 'u' ? 6 : 2;
    while (at + n < text.size() && (text[at + n] & 0xC0) == 0x80)
      ++n;
    auto unit = text.substr(at, n);
    if (!backwards && unit[0] >= 'a' && unit[0] <= 'z')
      unit[0] = static_cast<char>(unit[0] - 'a' + 'A');
    out = backwards ? unit + out : out + unit;
  }
  return out;
}

string answer(const string& kind, const string& line) {
  if (kind == "upper" || kind == "reverse")
    return R"("payload":{"text":")" + turned(member(line, "text"), kind == "reverse")
           + "\"}";
  if (kind == "who")
    return R"("payload":{"language":"c++","pid":)" + std::to_string(getpid()) + "}";
  if (kind == "fail")
    return R"("error":{"code":"asked","message":"failed because it was asked to"})";
  if (kind != "sleep")
    return R"("error":{"code":"unknown_kind","message":"there is no such kind here"})";
  auto ms = std::atol(member(line, "ms").c_str());
  std::this_thread::sleep_for(std::chrono::milliseconds{ms});
  return R"("payload":{"slept_ms":)" + std::to_string(ms) + "}";
}

int main() {
  for (string line, kind;
       std::getline(std::cin, line) && (kind = member(line, "kind")) != "shutdown";)
    std::cout << (kind == "hello"
                      ? R"({"kind":"ready","payload":{"protocol":1,"name":"text.cpp")"
                      : R"({"request_id":")" + member(line, "request_id") + "\","
                            + answer(kind, line))
              << (kind == "hello" ? "}}" : "}") << std::endl;
}
