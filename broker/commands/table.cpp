#include "broker/commands/table.hpp"

#include "broker/commands/format.hpp"
#include "protocol/base/printable.hpp"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>

namespace troupe::commands {

namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view reset = "\x1b[0m";

std::string_view escape_of(look style) {
  constexpr std::array<std::string_view, 5> escapes = {"", "\x1b[32m", "\x1b[36m",
                                                       "\x1b[33m", "\x1b[31m"};
  return escapes[static_cast<size_t>(style)];
}

/// One line that is being written: padding waits for text to its right.
class line_writer {
public:
  explicit line_writer(std::ostream& out)
    : out_(out) {}

  void write(const std::string& text, size_t width, bool right, std::string_view escape) {
    auto missing = width - columns(text);
    if (right)
      padding_ += missing;
    if (!text.empty()) {
      out_ << std::string(padding_, ' ');
      padding_ = 0;
      out_ << escape << text << (escape.empty() ? "" : reset);
    }
    padding_ += (right ? 0 : missing) + gap.size();
  }

private:
  std::ostream& out_;
  size_t padding_ = 0;
};

} // namespace

table::table(std::vector<column> head)
  : head_(std::move(head)) {}

void table::add(std::vector<cell> row) {
  for (auto& c : row)
    c.text = printable(c.text);
  rows_.push_back(std::move(row));
}

void table::print(std::ostream& out, bool colour) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < head_.size(); ++i) {
    auto width = columns(head_[i].title);
    for (auto& row : rows_)
      width = std::max(width, columns(row[i].text));
    widths.push_back(width);
  }
  line_writer head{out};
  for (size_t i = 0; i < head_.size(); ++i)
    head.write(head_[i].title, widths[i], head_[i].right, colour ? bold : "");
  out << '\n';
  for (auto& row : rows_) {
    line_writer line{out};
    for (size_t i = 0; i < head_.size(); ++i)
      line.write(row[i].text, widths[i], head_[i].right,
                 colour ? escape_of(row[i].style) : "");
    out << '\n';
  }
}

} // namespace troupe::commands
